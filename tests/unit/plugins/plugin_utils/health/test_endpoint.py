# SPDX-License-Identifier: GPL-3.0-or-later
"""Where assets are asked for their health: at what the topology declares for machines, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.health.endpoint import (
    SUCCEEDS,
    Endpoint,
    endpoints,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.facts.loopback import is_loopback

from ..topology.base import ROOT, VALID, written

MORE = """\
  grid:
    role: playwrightgrid
    binding: {type: lxc, node: pve1, container_id: 102, network: lab, address: 10.20.30.12}
    endpoints: {executor_url: "https://grid.lab.example", internal_url: "http://10.20.30.12:3000"}
  nexus:
    role: integration
    binding: {type: external}
    endpoints: {public_url: "https://nexus.lab.example", executor_url: "https://nexus-machines.lab.example"}
    auth: {method: none}
    health: {http: "https://nexus.lab.example/status"}
  board:
    role: integration
    binding: {type: external}
    endpoints: {executor_url: "https://10.20.30.80"}
    auth: {method: none}
    health: {http: "https://10.20.30.80/health"}
  silent:
    role: integration
    binding: {type: external}
    endpoints: {public_url: "https://silent.lab.example"}
    auth: {method: none}
runtime_dependencies:
  langboard: {asset: board, host_header: board.lab.example, verify_tls: false}
"""


def asked(text: str, folder: Path) -> dict[str, Endpoint]:
    return {one.asset: one for one in endpoints(load_topology(str(written(folder, text))).topology)}


def test_a_host_without_an_executor_url_is_asked_on_itself_only(tmp_path: Path) -> None:
    assert asked(VALID, tmp_path) == {}


def test_an_asset_is_asked_at_its_executor_url_and_no_other_stands_in(tmp_path: Path) -> None:
    found = asked(VALID + MORE, tmp_path)
    assert sorted(found) == ["board", "grid", "nexus", "silent"]
    assert found["grid"] == Endpoint("grid", "playwrightgrid", is_shared=True, url="https://grid.lab.example")


def test_an_integration_is_asked_at_its_health_url_and_must_succeed(tmp_path: Path) -> None:
    found = asked(VALID + MORE, tmp_path)
    assert found["nexus"] == Endpoint(
        "nexus", "integration", is_shared=True, url="https://nexus.lab.example/status", wanted=SUCCEEDS
    )
    assert (found["silent"].url, found["silent"].why_not) == (None, "it declares no health URL")


def test_a_dependency_that_is_not_to_be_verified_is_not(tmp_path: Path) -> None:
    board = asked(VALID + MORE, tmp_path)["board"]
    assert (board.verify_tls, board.host_header) == (False, None)


def test_a_host_header_goes_with_the_executor_url(tmp_path: Path) -> None:
    grid = asked(VALID + MORE.replace("asset: board", "asset: grid"), tmp_path)["grid"]
    assert (grid.host_header, grid.verify_tls, grid.url) == ("board.lab.example", False, "https://grid.lab.example")


def test_nothing_of_this_machine_is_ever_asked() -> None:
    files = sorted((ROOT / "inventories").glob("*/topology.yml"))
    assert files
    for file in files:
        found = endpoints(load_topology(str(file)).topology)
        assert found and not [one for one in found if one.url and is_loopback(one.url)]
        assert not [one for one in found if one.url and not one.url.startswith(("http://", "https://"))]


def test_what_speaks_another_protocol_is_said_to_be_not_asked() -> None:
    found = {
        one.asset: one for one in endpoints(load_topology(str(ROOT / "inventories/lxc-prod/topology.yml")).topology)
    }
    assert found["temporal"].url is None and "gRPC" in str(found["temporal"].why_not)
    assert found["temporal"].is_shared and found["postgres"].is_shared and found["playwrightgrid"].is_shared
