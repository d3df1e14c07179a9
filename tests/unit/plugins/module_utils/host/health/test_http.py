# SPDX-License-Identifier: GPL-3.0-or-later
"""Asking a URL how a service is, of real sockets that do not do as they should."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.health import probe
from ansible_collections.fractalops.infra.plugins.module_utils.host.health.check import HttpCheck

from .authority import certified

Serve = Callable[[socket.socket], None]


@pytest.fixture
def served() -> Iterator[Callable[[Serve], HttpCheck]]:
    """A health check of a server that does with its one connection whatever it is told."""
    server = socket.create_server(("127.0.0.1", 0))

    def start(serve: Serve) -> HttpCheck:
        threading.Thread(target=lambda: serve(server.accept()[0]), daemon=True).start()
        return HttpCheck(f"http://127.0.0.1:{server.getsockname()[1]}/healthz", 200, 5)

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


def asked(check: HttpCheck, within_seconds: float = 5) -> str | None:
    """What the probe says of ``check``."""
    return probe.probe("x.service", check, within_seconds)


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
def test_what_a_url_answers_is_told(served: Callable[[Serve], HttpCheck], answer: bytes, words: str | None) -> None:
    assert asked(served(answering(answer))) == words


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"state": "ready"}', None),
        (b'{"state": "starting"}', "answered 200 without '\"ready\"'"),
        (b"", "answered 200 without '\"ready\"'"),
        (b" " * probe.BODY_BYTES + b'"ready"', "answered 200 without '\"ready\"'"),
    ],
    ids=["right", "wrong", "none", "too late"],
)
def test_a_body_is_looked_into_when_asked(served: Callable[[Serve], HttpCheck], body: bytes, words: str | None) -> None:
    check = served(lambda connection: _send(connection, b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + body))
    assert asked(dataclasses.replace(check, contains='"ready"')) == words


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
    served: Callable[[Serve], HttpCheck], head: bytes, contains: str | None
) -> None:
    check = dataclasses.replace(served(dripping(head)), contains=contains)
    assert asked(check, 0.3) == "gave no answer (TimeoutError)"


def _send(connection: socket.socket, answer: bytes) -> None:
    with connection:
        connection.recv(4096)
        connection.sendall(answer)


def test_a_hang_is_told_after_its_own_time(served: Callable[[Serve], HttpCheck]) -> None:
    hanging = served(lambda connection: (connection.recv(4096) and connection.recv(1)) or connection.close())
    assert asked(hanging, 0.2) == "gave no answer (TimeoutError)"


def test_any_of_several_statuses_will_do(served: Callable[[Serve], HttpCheck]) -> None:
    check = served(answering(b"HTTP/1.1 401 Unauthorized\r\n\r\n"))
    assert asked(dataclasses.replace(check, status=[302, 401])) is None


def test_a_status_that_is_not_among_several_is_told(served: Callable[[Serve], HttpCheck]) -> None:
    check = served(answering(b"HTTP/1.1 200 OK\r\n\r\n"))
    assert asked(dataclasses.replace(check, status=[302, 401])) == "answered 200, not 302 or 401"


def noting(requests: list[bytes]) -> Serve:
    """Notes the request and is healthy."""

    def serve(connection: socket.socket) -> None:
        with connection:
            requests.append(connection.recv(4096))
            connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")

    return serve


def test_a_request_has_the_method_and_headers_that_are_asked_for(served: Callable[[Serve], HttpCheck]) -> None:
    requests: list[bytes] = []
    check = dataclasses.replace(served(noting(requests)), method="HEAD", headers={"Host": "shop.example", "X-A": "1"})
    assert asked(check) is None
    lines = requests[0].decode().splitlines()
    assert lines[0] == "HEAD /healthz HTTP/1.1"
    assert [line for line in lines if line.startswith("Host:")] == ["Host: shop.example"] and "X-A: 1" in lines


def test_a_request_is_a_get_for_its_own_host_when_nothing_is_said(served: Callable[[Serve], HttpCheck]) -> None:
    requests: list[bytes] = []
    check = served(noting(requests))
    assert asked(check) is None
    assert re.match(rb"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:\d+\r\n", requests[0])


def test_a_url_is_asked_through_a_local_socket(tmp_path: Path) -> None:
    path, requests = str(tmp_path / "x.sock"), list[bytes]()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        threading.Thread(target=lambda: noting(requests)(server.accept()[0]), daemon=True).start()
        check = HttpCheck("http://localhost/ready?x=1", 200, 5, socket=path)
        assert asked(check) is None
    assert requests[0].startswith(b"GET /ready?x=1 HTTP/1.1\r\nHost: localhost\r\n")
    assert asked(check) == "gave no answer (ConnectionRefusedError)"
    assert check.where == f"http://localhost/ready?x=1 at {path}"


@pytest.fixture
def secured(tmp_path: Path) -> Iterator[HttpCheck]:
    """A server whose certificate is for localhost, by a CA that nobody knows."""
    context = certified(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    accepted = server.accept()[0]
                    with contextlib.suppress(OSError), context.wrap_socket(accepted, server_side=True) as connection:
                        answering(b"HTTP/1.1 200 OK\r\n\r\n")(connection)

        threading.Thread(target=serve, daemon=True).start()
        yield HttpCheck(f"https://127.0.0.1:{server.getsockname()[1]}/", 200, 5)
        server.shutdown(socket.SHUT_RDWR)


UNKNOWN = "shows a certificate that is refused (unable to get local issuer certificate)"


def test_a_certificate_is_verified_by_what_is_said(secured: HttpCheck, tmp_path: Path) -> None:
    ca, other = str(tmp_path / "ca.pem"), str(tmp_path / "other.pem")

    def told(**tls: object) -> str | None:
        return asked(dataclasses.replace(secured, tls=tls))

    assert told() == UNKNOWN
    assert told(ca_file=other, server_name="localhost") == UNKNOWN
    assert told(ca_file=ca, server_name="localhost") is None
    assert "refused (IP address mismatch" in str(told(ca_file=ca))
    assert "refused (Hostname mismatch" in str(told(ca_file=ca, server_name="other.example"))
    assert told(verify=False) is None
    assert told(ca_file=f"{ca}.gone") == f"cannot be asked ({ca}.gone: No such file or directory)"


def test_a_handshake_that_hangs_ends_in_time(served: Callable[[Serve], HttpCheck]) -> None:
    hanging = served(lambda connection: (connection.recv(4096) and connection.recv(1)) or connection.close())
    check = dataclasses.replace(hanging, url=hanging.url.replace("http:", "https:"))
    assert asked(check, 0.2) == "gave no answer (TimeoutError)"
