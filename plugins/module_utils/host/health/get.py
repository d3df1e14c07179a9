# SPDX-License-Identifier: GPL-3.0-or-later
"""One request that ends in time. Nothing is followed, no proxy stands between, and no credential is sent.

Imported by need only: http.client takes a third of the start of a guard, which asks for nobody's health.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    import ssl

#: What a server may do wrong.
FAILURES = (OSError, http.client.HTTPException, ValueError)


@dataclass(frozen=True)
class Way:
    """How a server is reached: through a local ``socket``; for https, whom to ``trust`` and under which name."""

    trust: ssl.SSLContext | None = None
    server_name: str | None = None
    socket: str | None = None


STRAIGHT = Way()


def get(
    url: str,
    within_seconds: float,
    length: int = 0,
    headers: Mapping[str, str] | None = None,
    way: Way = STRAIGHT,
    method: str = "GET",
) -> tuple[int, bytes]:
    """Status and the first ``length`` bytes of one answer, within ``within_seconds`` in all. Raises FAILURES.

    The time-out of a socket starts again with every byte: a server that drips would hold us far longer.
    """
    connection = _connection(url, within_seconds, way)
    parts = urlsplit(url)
    gave_up = threading.Event()
    held: list[socket.socket] = []  # the connection lets go of its socket before the end of the body
    patience = threading.Timer(within_seconds, _hang_up, [connection, held, gave_up])
    patience.daemon = True
    patience.start()
    try:
        _connect(connection, way)
        if gave_up.is_set():  # while there was no socket to close
            raise TimeoutError
        connection.request(
            method, urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=dict(headers or {})
        )
        held.append(connection.sock)
        response = connection.getresponse()
        return response.status, response.read(length) if length else b""
    finally:
        patience.cancel()
        connection.close()
        if gave_up.is_set():  # however the connection took it: to http.client, an end of the file ends headers
            raise TimeoutError


def _connection(url: str, within_seconds: float, way: Way) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.netloc, timeout=within_seconds, context=way.trust)
    return http.client.HTTPConnection(parts.netloc, timeout=within_seconds)


def _connect(connection: http.client.HTTPConnection, way: Way) -> None:
    """Open the socket. Each is in its place before it can block, so that it can be closed meanwhile."""
    if way.socket is None:
        http.client.HTTPConnection.connect(connection)
    else:
        connection.sock = socket.socket(socket.AF_UNIX)
        connection.sock.settimeout(connection.timeout)
        connection.sock.connect(way.socket)
    if isinstance(connection, http.client.HTTPSConnection):
        trust: ssl.SSLContext = connection._context  # type: ignore[attr-defined]
        name = way.server_name or connection.host
        connection.sock = trust.wrap_socket(connection.sock, server_hostname=name, do_handshake_on_connect=False)
        connection.sock.do_handshake()


def _hang_up(connection: http.client.HTTPConnection, sockets: list[socket.socket], gave_up: threading.Event) -> None:
    """Close the sockets so that a blocked read returns; ``gave_up`` tells that it was us."""
    gave_up.set()
    for connected in (connection.sock, *sockets):
        with contextlib.suppress(OSError, AttributeError):  # not connected yet, or not any more
            connected.shutdown(socket.SHUT_RDWR)
