# SPDX-License-Identifier: GPL-3.0-or-later
"""A server at the wire that misbehaves as told: the faults a real OpenBao cannot be made to show."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

Reply = Callable[[socket.socket], None]


def raw(data: bytes) -> Reply:
    """Exactly these bytes, then the end of the connection."""
    return lambda sock: sock.sendall(data)


def http(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> Reply:
    """A complete answer."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return raw("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)


def kv(data: object, version: object = 1) -> Reply:
    """What OpenBao answers to a read of KV v2."""
    return http(200, json.dumps({"data": {"data": data, "metadata": {"version": version}}}).encode())


def drip(data: bytes, stop: threading.Event) -> Reply:
    """One byte now and then, for as long as the test lasts."""

    def reply(sock: socket.socket) -> None:
        for byte in data * 10_000:
            if stop.wait(0.02):
                return
            sock.sendall(bytes([byte]))

    return reply


def silence(stop: threading.Event) -> Reply:
    """No byte at all, for as long as the test lasts."""

    def reply(_: socket.socket) -> None:
        stop.wait(60)

    return reply


def reset(sock: socket.socket) -> None:
    """A connection that is torn down without an answer."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@dataclass
class Stub:
    """Gives its replies one per connection, the last one for ever, and keeps the requests."""

    replies: Sequence[Reply]
    context: ssl.SSLContext | None = None
    requests: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    @property
    def address(self) -> str:
        scheme = "https" if self.context else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}"

    def _serve(self) -> None:
        for number in range(1_000_000):
            try:
                sock, _peer = self._listener.accept()
            except OSError:
                return
            reply = self.replies[min(number, len(self.replies) - 1)]
            threading.Thread(target=self._answer, args=(sock, reply), daemon=True).start()

    def _answer(self, sock: socket.socket, reply: Reply) -> None:
        try:
            with self.context.wrap_socket(sock, server_side=True) if self.context else sock as plain:
                request = b""
                while b"\r\n\r\n" not in request and (chunk := plain.recv(65536)):
                    request += chunk
                self.requests.append(request.decode("latin-1"))
                reply(plain)
        except OSError:
            return
