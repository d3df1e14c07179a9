# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to one server, kept open between requests; threads may share it."""

from __future__ import annotations

import select
import socket
from collections.abc import Mapping
from contextlib import suppress

from .answer import read_answer
from .deadline import Deadline
from .incoming import Incoming
from .reply import Reply
from .request import request_bytes
from .server import Server
from .trust import trust
from .wire import connected

#: One request at a time per connection; more than this only queues at the server.
MAX_CONNECTIONS = 8


class Pool:
    """No proxy, no redirect, no repetition, and CAs that are loaded once."""

    def __init__(self, server: Server, deadline: Deadline) -> None:
        """Raises ServerSettingsError."""
        self._server, self._deadline = server, deadline
        self._context = trust(server) if server.is_tls else None
        self._idle: list[_Line] = []

    def exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """The answer to one request. Raises OSError, UnicodeError, UnfitRequestError."""
        request = request_bytes(self._server.origin, method, target, headers, body)
        line = self._idle_line() or _Line(connected(self._server, self._deadline, self._context), self._deadline)
        try:
            reply = line.exchange(request, method)
        except BaseException:
            line.close()
            raise
        if line.is_open and len(self._idle) < MAX_CONNECTIONS:
            self._idle.append(line)
        else:
            line.close()
        return reply

    def close(self) -> None:
        """Close every connection."""
        while self._idle:
            self._idle.pop().close()

    def _idle_line(self) -> _Line | None:
        """One that nobody uses and the server has not ended."""
        while self._idle:
            try:
                line = self._idle.pop()
            except IndexError:  # another thread took the last
                break
            if line.is_quiet:
                return line
            line.close()
        return None


class _Line:
    """One connection, with one request on it at a time."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline, self._incoming = sock, deadline, Incoming(sock, deadline)
        self.is_open = True

    def exchange(self, request: bytes, method: str) -> Reply:
        self._sock.settimeout(self._deadline.remaining())
        with suppress(BrokenPipeError):  # a server may answer before it has read all, and say why
            self._sock.sendall(request)
        answer = read_answer(self._incoming, method)
        self.is_open = not answer.is_last
        return Reply(method, answer.status, answer.headers, answer.content)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing came while nobody asked; what comes then is the end of the connection."""
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return not poll.poll(0)

    def close(self) -> None:
        self._sock.close()
