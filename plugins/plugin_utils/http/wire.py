# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to one origin on which every wait ends at the deadline.

A time-out of urllib3 counts per read, so a server that sends a byte now and then holds a caller
for as long as it likes (``timeout=3`` took 22 s, measured). Here each read gets what is left of the deadline.
"""

from __future__ import annotations

import io
import queue
import socket
import threading
from collections.abc import Sequence
from http.client import HTTPResponse
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from .deadline import Deadline
from .server import Server
from .trust import trust

#: One request at a time per connection; more than this only queues at the server.
MAX_CONNECTIONS = 8
#: OpenBao, the most talkative, refuses entries above 1 MiB; twice that leaves room for JSON escapes of ordinary text.
MAX_ANSWER_BYTES = 2 * 1024 * 1024
_Address = tuple[int, int, int, str, Any]


class AnswerTooLargeError(OSError):
    """More bytes than any answer we wait for has."""


class _Reader(io.RawIOBase):
    """What a socket sends for one answer, bounded in time and size."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline, self._left = sock, deadline, MAX_ANSWER_BYTES
        self._raw = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.remaining())
        count = self._raw.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise AnswerTooLargeError
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Bounded:
    """A connection of urllib3 that ends with its deadline; stands before urllib3's own class among the bases."""

    host: Any
    port: Any

    def __init__(self, *args: Any, deadline: Deadline, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.deadline = deadline
        self.response_class = _response_class(deadline)

    def _new_conn(self) -> socket.socket:
        return _connect(self)


def _connect(connection: _Bounded) -> socket.socket:
    """A connected socket to the first address that answers before the deadline."""
    failure: OSError = OSError("the name has no address")
    for family, kind, protocol, _name, address in _addresses(connection.host, connection.port, connection.deadline):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(connection.deadline.remaining())
            sock.connect(address)
        except OSError as error:
            sock.close()
            failure = error
        else:
            return sock
    raise failure


def _addresses(host: str, port: int, deadline: Deadline) -> Sequence[_Address]:
    """``getaddrinfo`` in a thread of its own, since nothing else can end its wait."""
    answers: queue.SimpleQueue[Sequence[_Address] | OSError] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error if isinstance(error, OSError) else OSError("not a host name"))

    threading.Thread(target=look_up, daemon=True).start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except queue.Empty:
        answer = TimeoutError("the deadline has passed")
    if isinstance(answer, OSError):
        raise answer
    return answer


class _PlainConnection(_Bounded, HTTPConnection):
    """Plain HTTP; only ever to this machine."""


class _TlsConnection(_Bounded, HTTPSConnection):
    """TLS; urllib3 does the handshake on the socket we connect."""


def _response_class(deadline: Deadline) -> Any:
    """http.client's response, reading through a bounded reader."""

    class BoundedResponse(HTTPResponse):
        def __init__(self, sock: socket.socket, **settings: Any) -> None:
            super().__init__(sock, **settings)
            self.fp.close()
            self.fp = io.BufferedReader(_Reader(sock, deadline))

    return BoundedResponse


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


def open_pool(server: Server, deadline: Deadline) -> HTTPConnectionPool:
    """Connections to ``server``: no proxy, and CAs that are loaded once. Raises ServerSettingsError."""
    settings: dict[str, Any] = {"maxsize": MAX_CONNECTIONS, "deadline": deadline}
    if server.is_tls:
        return _TlsPool(server.host, server.port, ssl_context=trust(server), **settings)
    return _PlainPool(server.host, server.port, **settings)
