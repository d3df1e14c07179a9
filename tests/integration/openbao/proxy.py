# SPDX-License-Identifier: GPL-3.0-or-later
"""Stands before a real server and spoils its answers as told; speaks TLS with the certificate of that server."""

from __future__ import annotations

import contextlib
import http.client
import ssl
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from typing import Any, Self

from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server


@dataclass(frozen=True)
class Passed:
    """What the real server answered, and where to send what becomes of it."""

    send: Callable[[bytes], None]
    reset: Callable[[], None]
    stop: threading.Event
    status: int
    body: bytes
    content_type: str


Fault = Callable[[Passed], None]


def http_answer(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> bytes:
    """A complete answer, the last one on its connection."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {content_type}", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def whole(passed: Passed) -> None:
    """No fault."""
    passed.send(http_answer(passed.status, passed.body, passed.content_type))


def instead(status: int, body: bytes, content_type: str = "application/json", **headers: str) -> Fault:
    """Another answer."""
    return lambda passed: passed.send(http_answer(status, body, content_type, **headers))


def cut(passed: Passed) -> None:
    """Half of the answer, then the end."""
    answer = http_answer(passed.status, passed.body, passed.content_type)
    passed.send(answer[: -len(passed.body) // 2])


def half_said(passed: Passed) -> None:
    """Half of the JSON as if it were all of it."""
    passed.send(http_answer(passed.status, passed.body[: len(passed.body) // 2], passed.content_type))


def drip(passed: Passed) -> None:
    """The true answer, a byte now and then, for as long as the test lasts."""
    for byte in http_answer(passed.status, passed.body + b" " * 100_000):
        if passed.stop.wait(0.02):
            return
        passed.send(bytes([byte]))


def hang(passed: Passed) -> None:
    """The answer never comes."""
    passed.stop.wait(60)


def reset(passed: Passed) -> None:
    """The connection is torn down."""
    passed.reset()


@dataclass
class Proxy:
    """Faults by request, the last one for ever. ``before`` runs before the request of that number (from 0)."""

    upstream: Server
    faults: list[Fault] = field(default_factory=lambda: [whole])
    before: dict[int, Callable[[], None]] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    """Request line and headers of each, in order."""

    def __enter__(self) -> Self:
        self._stop, self._lock = threading.Event(), threading.Lock()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.upstream.certificate, self.upstream.key)
        self._server = _QuietServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self._server.server_port}"

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def parse_request(self) -> bool:
                if not super().parse_request():
                    return False
                proxy.pass_on(self)
                self.close_connection = True
                return False

        return Handler

    def pass_on(self, handler: BaseHTTPRequestHandler) -> None:
        """One request to the real server, and its answer through the fault that is due."""
        with self._lock:
            number = len(self.requests)
            self.requests.append(f"{handler.requestline}\n{handler.headers}")
        self.before.get(number, lambda: None)()
        fault = self.faults[min(number, len(self.faults) - 1)]
        try:
            fault(self._passed(handler))
        except OSError:
            return

    def _passed(self, handler: BaseHTTPRequestHandler) -> Passed:
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        context = ssl.create_default_context(cafile=str(self.upstream.ca))
        connection = http.client.HTTPSConnection("127.0.0.1", self.upstream.port, context=context, timeout=10)
        headers = {name: value for name, value in handler.headers.items() if name.lower() != "connection"}
        sock = handler.connection
        with contextlib.closing(connection):
            connection.request(handler.command, handler.path, body, headers)
            answer = connection.getresponse()
            content = answer.read()

        def reset() -> None:
            sock.setsockopt(SOL_SOCKET, SO_LINGER, struct.pack("ii", 1, 0))

        content_type = answer.headers.get("Content-Type", "application/json")
        return Passed(sock.sendall, reset, self._stop, answer.status, content, content_type)


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """A client that leaves early is what these tests are about."""
