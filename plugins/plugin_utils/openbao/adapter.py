# SPDX-License-Identifier: GPL-3.0-or-later
"""The adapter that hvac's API classes are given instead of its own."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Any

from hvac.adapters import RawAdapter

from .answer import Answer, document_of, read_answer
from .caller import Caller
from .connection import Connection
from .failure import RedirectedError, ServerError, StandbyError
from .session import Session


class AnswerAdapter(RawAdapter):
    """Gives our answers instead of hvac's exceptions, which quote the server."""

    def __init__(self, connection: Connection, session: Session, caller: Caller) -> None:
        # Neither token nor verify is None: then hvac would look into VAULT_TOKEN, ~/.vault-token and VAULT_CACERT.
        super().__init__(  # type: ignore[no-untyped-call]  # hvac is not typed
            base_uri="", token="", verify=True, session=session, namespace=connection.namespace
        )
        self._session, self._caller = session, caller

    def request(self, *args: Any, **settings: Any) -> Answer:
        settings["raise_exception"] = False
        response = super().request(*args, **settings)  # type: ignore[no-untyped-call]  # hvac is not typed
        try:
            return read_answer(response, self._caller)
        except RedirectedError as failure:
            redirected = failure
        raise StandbyError(self._caller.server) if self._is_standby() else redirected

    def _is_standby(self) -> bool:
        """Whether it was OpenBao that redirected us; asked without the credential."""
        try:
            health = self._session.health()
        except ServerError:
            return False
        return health.status_code == 200 and document_of(health).get("standby") is True


class OpeningAdapter(AnswerAdapter):
    """Does one thing before its first request: a login, or a look at the token."""

    def __init__(self, connection: Connection, session: Session, caller: Caller, opening: Callable[[], None]) -> None:
        super().__init__(connection, session, caller)
        self._opening, self._lock, self._is_open = opening, Lock(), False

    def request(self, *args: Any, **settings: Any) -> Answer:
        self._open()
        return super().request(*args, **settings)

    def _open(self) -> None:
        """Once, whichever thread comes first; the others wait. What failed is done again by the next request."""
        if self._is_open:
            return
        with self._lock:
            if not self._is_open:
                self._opening()
                self._is_open = True
