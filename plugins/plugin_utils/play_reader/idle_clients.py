# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads for many forks over connections that stay open between them."""

from __future__ import annotations

import json
import ssl
from threading import Lock
from typing import NamedTuple

from ..http.deadline import Deadline
from ..http.trust import trust
from ..openbao.auth import AuthMethod, auth_method
from ..openbao.auth.wrapped_secret_id import unwrap_secret_id
from ..openbao.client import OpenBao, client
from ..openbao.connection import Connection
from ..openbao.resolution import resolve
from .question import Question, Row
from .verdicts import Verdicts

#: More than forks that ask side by side, usually; each holds a few connections open.
MAX_IDLE = 32
_Key = tuple[str, ssl.SSLContext | None]


class _Idle(NamedTuple):
    key: _Key
    openbao: OpenBao
    deadline: Deadline


class IdleClients:
    """Clients that no question uses at the moment, by whom they ask as whom; threads may share it."""

    def __init__(self) -> None:
        self._idle: list[_Idle] = []
        self._verdicts = Verdicts()
        self._lock = Lock()

    def rows(self, question: Question) -> list[Row]:
        """One row per ref. Raises InfraError, as a client in the fork would.

        Settings and credentials file are looked at for each question, so a file that changed, or that others may read
        now, counts at once. What the credential may do is asked of the server once.
        """
        unwrap_secret_id(question.connection, question.credentials_file)
        connection = Connection.of(question.connection)
        auth = auth_method(connection.auth, question.credentials_file)
        one = self._taken(connection, auth, question)
        try:
            self._verdicts.require_narrow(one.key, one.openbao)
            secrets = resolve(one.openbao, question.refs).secrets
        except BaseException:
            one.openbao.close()
            raise
        self._keep(one)
        return question.rows(secrets)

    def close(self) -> None:
        """Close every connection that waits."""
        with self._lock:
            while self._idle:
                self._idle.pop().openbao.close()

    def _taken(self, connection: Connection, auth: AuthMethod, question: Question) -> _Idle:
        """A client for this question alone: the one that was used last, or a new one."""
        key = _key(connection, auth, question)
        with self._lock:
            number = next((at for at in reversed(range(len(self._idle))) if self._idle[at].key == key), None)
            one = None if number is None else self._idle.pop(number)
        if one is not None:
            one.deadline.restart(question.deadline_seconds)
            return one
        deadline = Deadline(question.deadline_seconds)
        return _Idle(key, client(connection, auth, deadline), deadline)

    def _keep(self, one: _Idle) -> None:
        """For another question; the one that was not used for longest goes."""
        with self._lock:
            self._idle.append(one)
            surplus = self._idle.pop(0) if len(self._idle) > MAX_IDLE else None
        if surplus is not None:
            surplus.openbao.close()


def _key(connection: Connection, auth: AuthMethod, question: Question) -> _Key:
    """The same for questions that one client may answer: settings, credential and CAs as they are now."""
    server = connection.server
    said = json.dumps([question.connection, sorted(auth.headers().items())])
    return said, trust(server) if server.is_tls else None
