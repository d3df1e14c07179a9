# SPDX-License-Identifier: GPL-3.0-or-later
"""The client: every group of calls over one session."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from ...module_utils.host import core_dump
from ..http.deadline import Deadline
from .adapter import AnswerAdapter, OpeningAdapter
from .administration import Administration
from .auth import AuthMethod, auth_method
from .auth.token_calls import TokenCalls
from .caller import Caller
from .connection import Connection
from .failure import TokenLeftError
from .kv.kv_reads import KvReads
from .kv.kv_writes import KvWrites
from .session import Session


class OpenBao(KvReads, KvWrites, Administration):
    """A connection to one OpenBao as one role. Made, used and closed in one process; threads may share it."""

    def __init__(self, adapter: AnswerAdapter, session: Session, auth: AuthMethod, tokens: TokenCalls) -> None:
        super().__init__(adapter, tokens.server)
        self._session, self._auth, self._tokens = session, auth, tokens

    def close(self) -> None:
        """Revoke a token of our own, close every connection. Raises TokenLeftError."""
        try:
            self._auth.close(self._tokens)
        finally:
            self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self.close()
        except TokenLeftError as failure:
            if error is None:
                raise
            failure.stand_beside(error)


def connect(
    settings: Mapping[str, object], credentials_file: str, *, deadline_seconds: float = 30, allow_broad: bool = False
) -> OpenBao:
    """A client for the ``openbao`` section of a topology; sends nothing yet. From here on a crash leaves no core.

    ``credentials_file`` belongs to the auth method: ``{"role_id", "secret_id"}`` for approle, the bare JWT for jwt,
    the projected token for kubernetes, the bare token for token_file. ``deadline_seconds`` runs from here and covers
    everything the client will do. ``allow_broad`` is for break-glass alone.
    Raises ConnectionSettingsError, CredentialsFileError.
    """
    core_dump.forbid()
    connection = Connection.of(settings)
    auth = auth_method(connection.auth, credentials_file)
    return client(connection, auth, Deadline(deadline_seconds), allow_broad=allow_broad)


def client(connection: Connection, auth: AuthMethod, deadline: Deadline, *, allow_broad: bool = False) -> OpenBao:
    """A client for settings and a credential that were checked. Raises ConnectionSettingsError for its CA."""
    session = Session(connection, auth, deadline)
    caller = Caller(connection.server.address, connection.namespace, auth.credential, auth.login_path)
    plain = AnswerAdapter(connection, session, caller)
    tokens = TokenCalls(plain, caller, deadline, allow_broad=allow_broad)
    adapter = OpeningAdapter(connection, session, caller, lambda: auth.open(tokens))
    return OpenBao(adapter, session, auth, tokens)
