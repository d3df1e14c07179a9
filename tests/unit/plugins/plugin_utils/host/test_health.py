# SPDX-License-Identifier: GPL-3.0-or-later
"""How a service is asked for its health, on the way from the topology to its host."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.health import check
from ansible_collections.fractalops.infra.plugins.plugin_utils.host.health import (
    CREDENTIALS_MARK,
    INSTANCE_MARK,
    HealthDocument,
    health_document,
    marked,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.service import Service

URL = "http://127.0.0.1:8080/healthz"


def document(**health: Any) -> HealthDocument:
    """Of a service with that health."""
    service = Service.model_validate({"user": "x", "exec": ["/bin/x"], "hardening": "strict", "health": health})
    assert service.health is not None
    return health_document(service.health)


def test_both_ends_have_the_same_marks() -> None:
    assert (INSTANCE_MARK, CREDENTIALS_MARK) == (check.INSTANCE_MARK, check.CREDENTIALS_MARK)


@pytest.mark.parametrize(
    ("health", "wanted"),
    [
        ({"http": URL}, {"url": URL, "status": 200}),
        ({"http": URL, "status": 204, "contains": "ok"}, {"url": URL, "status": 204, "contains": "ok"}),
        (
            {
                "http": URL,
                "status": [302, 401],
                "method": "HEAD",
                "headers": {"X": "1", "Host": "a"},
                "socket": "/run/x",
            },
            {
                "url": URL,
                "status": [302, 401],
                "method": "HEAD",
                "headers": {"Host": "a", "X": "1"},
                "socket": "/run/x",
            },
        ),
        (
            {"http": "https://localhost/", "tls": {"ca_file": "/etc/ca.pem", "server_name": "a.example"}},
            {
                "url": "https://localhost/",
                "status": 200,
                "tls": {"ca_file": "/etc/ca.pem", "server_name": "a.example"},
            },
        ),
        (
            {"http": "https://localhost/", "tls": {"not_verified": "It is its own"}},
            {"url": "https://localhost/", "status": 200, "tls": {"verify": False}},
        ),
        ({"tcp": "127.0.0.1:6379"}, {"type": "tcp", "address": "127.0.0.1:6379"}),
        ({"socket": "/run/x.sock"}, {"type": "socket", "socket": "/run/x.sock"}),
        (
            {"exec": ["/bin/true"]},
            {"type": "command", "command": ["/bin/true"], "exit_status": [0], "timeout_seconds": 5},
        ),
        (
            {"exec": ["/bin/true"], "exit_status": [0, 2], "timeout_seconds": 9},
            {"type": "command", "command": ["/bin/true"], "exit_status": [0, 2], "timeout_seconds": 9},
        ),
        ({"notify": True}, {"type": "notify"}),
    ],
)
def test_each_way_has_its_document_which_its_host_understands(health: dict[str, Any], wanted: dict[str, Any]) -> None:
    made = document(**health, within_seconds=7)
    assert made == {**wanted, "within_seconds": 7}
    kind = {"tcp": "TcpCheck", "socket": "SocketCheck", "command": "CommandCheck", "notify": "NotifyCheck"}
    fields = {key: value for key, value in made.items() if key != "type"}
    assert getattr(check, kind.get(made.get("type", ""), "HttpCheck"))(**fields).within_seconds == 7


def test_a_job_is_asked_for_its_last_run_and_nothing_is_waited_for() -> None:
    assert document(last_run="success") == {"type": "last_run"}


def test_placeholders_are_filled_in_wherever_they_may_stand() -> None:
    def told(**health: Any) -> HealthDocument:
        return marked(document(**health, within_seconds=7), lambda text, field: f"<{field}>")

    web = told(http=URL, headers={"Host": "a"}, socket="/run/x", contains="{x}")
    assert web["url"] == "<health.url>" and web["headers"] == {"Host": "<health.headers.Host>"}
    assert web["socket"] == "<health.socket>" and web["contains"] == "{x}"
    assert told(tcp="127.0.0.1:1")["address"] == "<health.address>"
    assert told(exec=["/a", "b"])["command"] == ["<health.exec>", "<health.exec>"]
