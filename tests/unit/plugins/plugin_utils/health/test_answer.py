# SPDX-License-Identifier: GPL-3.0-or-later
"""What servers answer, judged; a shared one that fails is reported and nothing else is asked in its place."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.answer import EndpointHealth, endpoint_health
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.endpoint import SUCCEEDS, Endpoint

SEEN: list[tuple[str, str]] = []


class Stub(BaseHTTPRequestHandler):
    """Answers with the status its path names."""

    def do_GET(self) -> None:
        SEEN.append((self.path, str(self.headers["Host"])))
        if self.path == "/drip":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            with contextlib.suppress(OSError):
                for _ in range(50):
                    time.sleep(0.1)
                    self.wfile.write(b"X-Drip: 1\r\n")
            return
        self.send_response(int(self.path[1:4]))
        self.send_header("Location", "/200")
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def base() -> Iterator[str]:
    SEEN.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Stub) as server:
        server.daemon_threads, server.block_on_close = True, False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def ask(url: str, **changes: Any) -> EndpointHealth:
    endpoint = Endpoint("grid", "playwrightgrid", changes.pop("is_shared", False), url, **changes)
    return endpoint_health([endpoint], None, 1.0)[0]


@pytest.mark.parametrize(
    ("status", "is_shared", "state"),
    [
        (200, False, "healthy"),
        (302, False, "healthy"),
        (401, False, "healthy"),
        (404, True, "healthy"),
        (500, False, "unhealthy"),
        (503, False, "unhealthy"),
        (500, True, "skipped-shared-5xx"),
        (503, True, "skipped-shared-5xx"),
        (599, True, "skipped-shared-5xx"),
        (600, True, "unhealthy"),
    ],
)
def test_an_endpoint_is_judged_by_its_status(base: str, status: int, *, is_shared: bool, state: str) -> None:
    found = ask(f"{base}/{status}", is_shared=is_shared)
    assert (found["state"], found["status"]) == (state, status)
    assert found["why"] == (None if state == "healthy" else f"answered {status}, not less than 500")
    assert len(SEEN) == 1, "one request, nothing followed, nothing asked instead"


@pytest.mark.parametrize(
    ("status", "state"),
    [(204, "healthy"), (302, "unhealthy"), (404, "unhealthy"), (502, "skipped-shared-5xx")],
)
def test_a_health_url_must_succeed(base: str, status: int, state: str) -> None:
    found = ask(f"{base}/{status}", is_shared=True, wanted=SUCCEEDS)
    assert (found["state"], found["why"]) == (state, None if state == "healthy" else f"answered {status}, not 2xx")


def test_no_answer_is_unhealthy_shared_or_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    for is_shared in (True, False):
        found = ask(url, is_shared=is_shared)
        assert (found["state"], found["status"], found["why"]) == (
            "unhealthy",
            None,
            "gave no answer (Connection refused)",
        )


def test_a_server_that_drips_has_one_deadline_in_all(base: str) -> None:
    assert ask(f"{base}/drip")["state"] == "unhealthy"


def test_an_answer_names_what_was_asked(base: str) -> None:
    assert ask(f"{base}/503", is_shared=True) == {
        "asset": "grid",
        "role": "playwrightgrid",
        "is_shared": True,
        "url": f"{base}/503",
        "status": 503,
        "state": "skipped-shared-5xx",
        "why": "answered 503, not less than 500",
    }


def test_what_is_not_asked_says_why() -> None:
    endpoint = Endpoint("temporal", "temporal", is_shared=True, why_not="it speaks gRPC")
    found = endpoint_health([endpoint], None, 1.0)[0]
    assert (found["state"], found["why"], found["url"]) == ("not-asked", "it speaks gRPC", None)


def test_a_host_header_is_sent_and_a_proxy_of_the_environment_is_not_used(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(f"{base}/200", host_header="board.lab.example")["state"] == "healthy"
    assert SEEN == [("/200", "board.lab.example")]


def test_an_unusable_ca_file_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "empty.pem").write_text("")
    for name in ("absent.pem", "empty.pem"):
        with pytest.raises(InfraError, match="name a PEM file of your CA"):
            endpoint_health([], str(tmp_path / name), 1.0)
