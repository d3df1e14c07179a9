# SPDX-License-Identifier: GPL-3.0-or-later
"""The session without OpenBao: messages name the service it is for, and headers are those of its owner."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http import session as session_module
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.deadline import Deadline
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.failure import NoAnswerError
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.reply import Reply
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.server import Server
from ansible_collections.fractalops.infra.plugins.plugin_utils.http.session import HttpSession
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Stub, http, reset


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "PAUSES_SECONDS", (0.01, 0.01))


@pytest.fixture
def server() -> Iterator[Stub]:
    with Stub([http(503, b"gone for good"), http(200, b"here")]) as stub:
        yield stub


def _session(address: str, *, is_final: bool) -> HttpSession:
    server = Server.of("the zone's API", "dns", address, None)
    return HttpSession(server, Deadline(10), {"X-Zone": "example"}, is_final=lambda _reply: is_final)


def _get(session: HttpSession) -> Reply:
    try:
        return session.request("GET", "/zones", {}, None)
    finally:
        session.close()


def test_a_transient_answer_is_asked_for_again(server: Stub) -> None:
    assert _get(_session(server.address, is_final=False)).content == b"here"


def test_an_answer_that_its_owner_calls_final_is_not(server: Stub) -> None:
    assert _get(_session(server.address, is_final=True)).content == b"gone for good"


def test_headers_of_its_owner_are_sent(server: Stub) -> None:
    _get(_session(server.address, is_final=True))
    assert "X-Zone: example" in server.requests[0]


def test_a_failure_names_the_service() -> None:
    with (
        Stub([reset, reset, reset]) as stub,
        pytest.raises(NoAnswerError, match="check that the zone's API runs there"),
    ):
        _get(_session(stub.address, is_final=False))
