# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for everything but break-glass: its credential was unwrapped, and may do no more than work needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from ..openbao import OpenBao, check_breadth, connect
from ..openbao.auth.wrapped_secret_id import unwrap_secret_id


@contextmanager
def judged_client(
    settings: Mapping[str, object], credentials_file: str, *, deadline_seconds: float = 30, is_judged: bool = False
) -> Iterator[OpenBao]:
    """As ``connect`` gives it, for one ``with``. ``is_judged`` when the reader of the run has judged the credential.

    Raises InfraError, BroadCredentialError among them.
    """
    unwrap_secret_id(settings, credentials_file)
    with connect(settings, credentials_file, deadline_seconds=deadline_seconds) as openbao:
        if not is_judged:
            check_breadth(openbao)
        yield openbao
