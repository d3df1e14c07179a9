# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes over the socket: four bytes of length, then JSON."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

_LENGTH = struct.Struct(">I")


class BrokenFrameError(OSError):
    """The other side ended before it had said all, or said something else than JSON."""


def send(sock: socket.socket, document: Any) -> None:
    """One frame. Raises OSError."""
    text = json.dumps(document).encode()
    sock.sendall(_LENGTH.pack(len(text)) + text)


def receive(sock: socket.socket) -> Any:
    """The document of one frame. Raises OSError."""
    (length,) = _LENGTH.unpack(_exactly(sock, _LENGTH.size))
    try:
        return json.loads(_exactly(sock, length))
    except ValueError:
        raise BrokenFrameError from None


def _exactly(sock: socket.socket, size: int) -> bytearray:
    """``size`` bytes; they grow as they come, so a length alone takes no memory."""
    content = bytearray()
    while len(content) < size:
        part = sock.recv(min(size - len(content), 1 << 18))
        if not part:
            raise BrokenFrameError
        content += part
    return content
