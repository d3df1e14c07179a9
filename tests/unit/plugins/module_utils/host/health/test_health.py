# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking a URL how a service is, of real sockets that do not do as they should."""

from __future__ import annotations

import contextlib
import dataclasses
import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Health
from ansible_collections.fractalops.infra.plugins.module_utils.host.health import health

Serve = Callable[[socket.socket], None]


@pytest.fixture
def served() -> Iterator[Callable[[Serve], Health]]:
    """A health check of a server that does with its one connection whatever it is told."""
    server = socket.create_server(("127.0.0.1", 0))

    def start(serve: Serve) -> Health:
        threading.Thread(target=lambda: serve(server.accept()[0]), daemon=True).start()
        return Health(f"http://127.0.0.1:{server.getsockname()[1]}/healthz", 200, 5)

    yield start
    server.close()


def answering(answer: bytes) -> Serve:
    """Takes the request and sends ``answer`` byte by byte."""

    def serve(connection: socket.socket) -> None:
        with connection:
            connection.recv(4096)
            for byte in answer:
                try:
                    connection.sendall(bytes([byte]))
                except OSError:
                    return

    return serve


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\n", None),
        (b"HTTP/1.1 500 Broken\r\n\r\n", "answered 500, not 200"),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n", "answered 302, not 200"),
        (b"SSH-2.0-x\r\n", "gave no answer (BadStatusLine)"),
        (b"", "gave no answer (RemoteDisconnected)"),
    ],
)
def test_what_a_url_answers_is_told(served: Callable[[Serve], Health], answer: bytes, words: str | None) -> None:
    assert health.probe(served(answering(answer))) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"state": "ready"}', None),
        (b'{"state": "starting"}', "answered 200 without '\"ready\"'"),
        (b"", "answered 200 without '\"ready\"'"),
        (b" " * health.BODY_BYTES + b'"ready"', "answered 200 without '\"ready\"'"),
    ],
    ids=["right", "wrong", "none", "too late"],
)
def test_a_body_is_looked_into_when_asked(served: Callable[[Serve], Health], body: bytes, words: str | None) -> None:
    asked = served(lambda connection: _send(connection, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body))
    assert health.probe(dataclasses.replace(asked, contains='"ready"')) == words


def dripping(head: bytes) -> Serve:
    """Takes the request, sends ``head``, and then a byte now and then for as long as somebody listens."""

    def serve(connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            connection.recv(4096)
            connection.sendall(head)
            while True:
                connection.sendall(b"x")
                time.sleep(0.02)

    return serve


@pytest.mark.parametrize(
    ("head", "contains"),
    [(b"HTTP/1.1 200 OK\r\nX-Slow: ", None), (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", "ready")],
    ids=["headers", "body"],
)
def test_an_answer_that_drips_is_none_however_it_begins(
    served: Callable[[Serve], Health], monkeypatch: pytest.MonkeyPatch, head: bytes, contains: str | None
) -> None:
    monkeypatch.setattr(health, "ANSWER_SECONDS", 0.3)
    asked = dataclasses.replace(served(dripping(head)), contains=contains)
    assert health.probe(asked) == "gave no answer (TimeoutError)"


def _send(connection: socket.socket, answer: bytes) -> None:
    with connection:
        connection.recv(4096)
        connection.sendall(answer)


def test_a_hang_is_told_after_its_own_time(served: Callable[[Serve], Health], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ANSWER_SECONDS", 0.2)
    hanging = served(lambda connection: (connection.recv(4096) and connection.recv(1)) or connection.close())
    assert health.probe(hanging) == "gave no answer (TimeoutError)"
