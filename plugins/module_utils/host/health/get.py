# SPDX-License-Identifier: GPL-3.0-or-later
"""One GET that ends in time. Nothing is followed, no proxy stands between, and no credential is sent.

Imported by need only: http.client takes a third of the start of a guard, which asks for nobody's health.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

if TYPE_CHECKING:
    import ssl

#: What a server may do wrong.
FAILURES = (OSError, http.client.HTTPException, ValueError)


def get(
    url: str,
    within_seconds: float,
    length: int = 0,
    headers: Mapping[str, str] | None = None,
    trust: ssl.SSLContext | None = None,
) -> tuple[int, bytes]:
    """Status and the first ``length`` bytes of one answer, within ``within_seconds`` in all. Raises FAILURES.

    The time-out of a socket starts again with every byte: a server that drips would hold us far longer.
    """
    connection = _connection(url, within_seconds, trust)
    parts = urlsplit(url)
    gave_up = threading.Event()
    held: list[socket.socket] = []  # the connection lets go of its socket before the end of the body
    patience = threading.Timer(within_seconds, _hang_up, [connection, held, gave_up])
    patience.daemon = True
    patience.start()
    try:
        connection.connect()
        if gave_up.is_set():  # while there was no socket to close
            raise TimeoutError
        connection.request("GET", urlunsplit(("", "", parts.path or "/", parts.query, "")), headers=dict(headers or {}))
        held.append(connection.sock)
        response = connection.getresponse()
        return response.status, response.read(length) if length else b""
    finally:
        patience.cancel()
        connection.close()
        if gave_up.is_set():  # however the connection took it: to http.client, an end of the file ends headers
            raise TimeoutError


def _connection(url: str, within_seconds: float, trust: ssl.SSLContext | None) -> http.client.HTTPConnection:
    parts = urlsplit(url)
    if parts.scheme == "https":
        return http.client.HTTPSConnection(parts.netloc, timeout=within_seconds, context=trust)
    return http.client.HTTPConnection(parts.netloc, timeout=within_seconds)


def _hang_up(connection: http.client.HTTPConnection, sockets: list[socket.socket], gave_up: threading.Event) -> None:
    """Close the sockets so that a blocked read returns; ``gave_up`` tells that it was us."""
    gave_up.set()
    for connected in (connection.sock, *sockets):
        with contextlib.suppress(OSError, AttributeError):  # not connected yet, or not any more
            connected.shutdown(socket.SHUT_RDWR)
