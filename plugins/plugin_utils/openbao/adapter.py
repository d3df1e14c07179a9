# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests in, our answers or our failures out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock

from .answer import Answer, document_of, read_answer
from .caller import Caller
from .connection import Connection
from .failure import RedirectedError, ServerError, StandbyError
from .session import Session


class AnswerAdapter:
    """Speaks to one namespace of one server."""

    def __init__(self, connection: Connection, session: Session, caller: Caller) -> None:
        self._namespace = {} if connection.namespace is None else {"X-Vault-Namespace": connection.namespace}
        self._session, self._caller = session, caller

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, object] | None = None,
        json: object = None,
    ) -> Answer:
        """The answer to one request; ``url`` is a path."""
        response = self._session.request(method, url, {**self._namespace, **(headers or {})}, params, json)
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

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, object] | None = None,
        json: object = None,
    ) -> Answer:
        self._open()
        return super().request(method, url, headers, params, json)

    def _open(self) -> None:
        """Once, whichever thread comes first; the others wait. What failed is done again by the next request."""
        if self._is_open:
            return
        with self._lock:
            if not self._is_open:
                self._opening()
                self._is_open = True
