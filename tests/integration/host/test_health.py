# SPDX-License-Identifier: GPL-3.0-or-later
"""Health of real hosts and of a shared service that a stub stands in for: what is ill is named, nothing replaces it."""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.lab import network, site

from .conftest import Host

HEALTH = "fractalops.infra.health"
API = "fractalops-api.service"
PORT = 18080


class Shared(BaseHTTPRequestHandler):
    """The shared services: the status of each path is what the test says."""

    statuses: dict[str, int] = {}
    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(self.statuses.get(self.path, 200))
        self.end_headers()

    def log_message(self, *_arguments: Any) -> None:
        """Silent."""


@pytest.fixture
def shared() -> Iterator[type[Shared]]:
    """Both shared services, in good health."""
    Shared.statuses.clear()
    Shared.asked.clear()
    with ThreadingHTTPServer((str(network.GATEWAY.ip), PORT), Shared) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Shared
        server.shutdown()


@pytest.fixture
def sharing(in_order: site.Site, assets: dict[str, Any], shared: type[Shared]) -> site.Site:
    """The site with a shared PlaywrightGrid of ours and an integration; neither is a change of a host."""
    url = f"http://{network.GATEWAY.ip}:{PORT}"
    more = copy.deepcopy(assets)
    more["worker-2"] |= {"role": "playwrightgrid", "endpoints": {"executor_url": f"{url}/grid"}}
    more["nexus"] = {
        "role": "integration",
        "binding": {"type": "external"},
        "endpoints": {"public_url": "https://nexus.lab.example"},
        "auth": {"method": "none"},
        "health": {"http": f"{url}/nexus"},
    }
    in_order.write(site.topology(more))
    return in_order


def health_of(one: site.Site, folder: Path, *arguments: str) -> tuple[site.Run, dict[str, Any]]:
    """How the playbook ended, and the report it wrote."""
    file = folder / "health.json"
    run = one.play(HEALTH, f"--extra-vars=health_json={file}", *arguments)
    report: dict[str, Any] = json.loads(file.read_text())
    return run, report


def test_everything_works_and_check_mode_says_the_same(
    sharing: site.Site, shared: type[Shared], tmp_path: Path
) -> None:
    for mode in ((), ("--check",)):
        run, report = health_of(sharing, tmp_path, *mode)
        assert run.returncode == 0 and run.hosts_changed == set(), run.output
        assert report["is_healthy"] and report["counts"]["healthy"] == 6, report
        assert {one["asset"]: one["status"] for one in report["endpoints"]} == {"nexus": 200, "worker-2": 200}
    assert sorted(set(shared.asked)) == ["/grid", "/nexus"] and len(shared.asked) == 4


def test_a_shared_service_that_answers_5xx_is_reported_and_skipped(
    sharing: site.Site, shared: type[Shared], first: Host, tmp_path: Path
) -> None:
    shared.statuses.update({"/grid": 503, "/nexus": 502})
    before = first.state()
    run, report = health_of(sharing, tmp_path)
    assert run.returncode == 0, run.output
    assert {one["asset"]: (one["state"], one["status"]) for one in report["endpoints"]} == {
        "nexus": ("skipped-shared-5xx", 502),
        "worker-2": ("skipped-shared-5xx", 503),
    }
    assert "worker-2: skipped-shared-5xx" in run.output and "answered 503" in run.output
    assert sorted(shared.asked) == ["/grid", "/nexus"] and first.state() == before


def test_what_is_ill_is_named_and_fails_where_it_is(
    sharing: site.Site, shared: type[Shared], first: Host, tmp_path: Path
) -> None:
    shared.statuses["/nexus"] = 404
    first.run(f"systemctl stop {API}")
    run, report = health_of(sharing, tmp_path)
    assert run.returncode == 2, run.output
    assert run.failed == {"control_plane": 1, "worker-1": 1, "worker-2": 0}
    ill = {unit["unit"]: unit["why"] for host in report["hosts"] for unit in host["units"] if unit["why"]}
    assert ill == {API: "inactive (dead, success), not active"}
    assert f"worker-1: {API} unhealthy: inactive" in run.output
    assert "answered 404, not 2xx" in run.output and "nothing was changed; next:" in run.output


def test_one_host_is_asked_alone_and_one_that_is_gone_counts(
    sharing: site.Site, shared: type[Shared], first: Host, tmp_path: Path
) -> None:
    run, report = health_of(sharing, tmp_path, "--limit=worker-2")
    assert run.returncode == 0 and report["endpoints"] == [] and shared.asked == [], run.output
    first.run("systemctl stop ssh.socket ssh.service; pkill sshd; systemctl mask --runtime ssh.service")
    try:
        run, report = health_of(sharing, tmp_path, "--timeout=3", "--limit=kind_lxc")
    finally:
        first.run("systemctl unmask --runtime ssh.service; systemctl start ssh.service")
    assert run.returncode != 0 and run.failed["worker-1"] == 1, run.output
    assert {one["host"]: one["state"] for one in report["hosts"]} == {"worker-1": "unreachable", "worker-2": "healthy"}
