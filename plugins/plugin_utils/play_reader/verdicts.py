# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found out about credentials, each once: a judgement takes five requests, and a run has many hosts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from threading import Lock

from ..errors import InfraError
from ..openbao.auth.breadth import check_breadth
from ..openbao.client import OpenBao
from ..openbao.failure import BroadCredentialError, CredentialRefusedError


class Verdicts:
    """Why a credential is refused, or None, by a key that holds all it says of itself. Threads may share it."""

    def __init__(self) -> None:
        self._known: dict[Hashable, str | None] = {}
        self._judging: defaultdict[Hashable, Lock] = defaultdict(Lock)
        self._lock = Lock()

    def require_narrow(self, key: Hashable, openbao: OpenBao) -> None:
        """Judge the credential of ``openbao``, unless that is done; who comes meanwhile waits for the verdict.

        Raises InfraError for one that is too broad or not believed: again for each who asks, by one look, since a
        server locks a role after five failed logins. Any other failure is no verdict.
        """
        with self._lock:
            judging = self._judging[key]
        with judging:
            if key not in self._known:
                self._known[key] = _verdict(openbao)
        reason = self._known[key]
        if reason is not None:
            raise InfraError(reason)


def _verdict(openbao: OpenBao) -> str | None:
    try:
        check_breadth(openbao)
    except (BroadCredentialError, CredentialRefusedError) as refused:
        return str(refused)
    return None
