# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads for many forks over connections that stay open between them."""

from __future__ import annotations

import json
import ssl
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from ..http.deadline import Deadline
from ..http.trust import trust
from ..openbao.auth import AuthMethod, auth_method
from ..openbao.client import OpenBao, client
from ..openbao.connection import Connection
from ..openbao.resolution import resolve
from .question import Question

_Key = tuple[str, ssl.SSLContext | None]
_Idle = tuple[OpenBao, Deadline]


class IdleClients:
    """Clients that no question uses at the moment, by whom they ask as whom; threads may share it."""

    def __init__(self) -> None:
        self._idle: dict[_Key, list[_Idle]] = defaultdict(list)

    def strings(self, question: Question) -> list[str]:
        """A value, or a pinned ref, per ref. Raises InfraError, as a client in the fork would.

        Settings and credentials file are judged for each question, so a file that changed, or that others may read
        now, counts at once.
        """
        connection = Connection.of(question.connection)
        auth = auth_method(connection.auth, question.credentials_file)
        with self._client(connection, auth, question) as openbao:
            secrets = resolve(openbao, question.refs).secrets
        found = (secrets[ref] for ref in question.refs)
        return [one.value.reveal() if question.is_revealed else one.pinned for one in found]

    @contextmanager
    def _client(self, connection: Connection, auth: AuthMethod, question: Question) -> Iterator[OpenBao]:
        """A client for this question alone. After a failure it is not used again."""
        idle = self._idle[_key(connection, auth, question)]
        try:
            openbao, deadline = idle.pop()
        except IndexError:
            deadline = Deadline(question.deadline_seconds)
            openbao = client(connection, auth, deadline)
        else:
            deadline.restart(question.deadline_seconds)
        try:
            yield openbao
        except BaseException:
            openbao.close()
            raise
        idle.append((openbao, deadline))


def _key(connection: Connection, auth: AuthMethod, question: Question) -> _Key:
    """The same for questions that one client may answer: settings, credential and CAs as they are now."""
    server = connection.server
    said = json.dumps([question.connection, sorted(auth.headers().items())])
    return said, trust(server) if server.is_tls else None
