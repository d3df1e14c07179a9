# SPDX-License-Identifier: GPL-3.0-or-later
"""A socket to one server on which every wait ends at the deadline.

Usual time-outs count per address and per read, so a server that sends a byte now and then holds a caller for as long
as it likes (``timeout=3`` of urllib3 took 22 s, measured). Here each wait gets what is left of the deadline.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
from collections.abc import Sequence
from typing import Any

from .deadline import Deadline
from .server import Server

_Address = tuple[int, int, int, str, Any]


def connected(server: Server, deadline: Deadline, context: ssl.SSLContext | None) -> socket.socket:
    """A connected socket, over TLS with ``context``. Raises OSError."""
    sock = _plain(server, deadline)
    if context is None:
        return sock
    try:
        sock.settimeout(deadline.remaining())
        return context.wrap_socket(sock, server_hostname=server.host.rstrip("."))
    except BaseException:
        sock.close()
        raise


def _plain(server: Server, deadline: Deadline) -> socket.socket:
    """To the first address that answers before the deadline."""
    failure: OSError = OSError("the name has no address")
    for family, kind, protocol, _name, address in _addresses(server.host, server.port, deadline):
        sock = socket.socket(family, kind, protocol)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(deadline.remaining())
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
