# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory projection: plain data, refs only, the same for the same topology."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.inventory import InventoryHost, project_inventory
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

INVENTORIES = Path(__file__).resolve().parents[5] / "inventories"


Hosts = list[InventoryHost]


@pytest.fixture(scope="module", name="hosts")
def project_lab() -> Hosts:
    """The hosts of the lab."""
    topology = load_topology(INVENTORIES / "lxc-pve-lab" / "topology.yml").topology
    return list(project_inventory(topology, "/srv/topology.yml", "/usr/bin/python3").hosts)


def test_hosts_are_lxc_assets_then_clusters_then_the_control_plane(hosts: Hosts) -> None:
    assert [host.name for host in hosts] == [
        "api-1", "worker-1", "worker-2", "execution-runtime-1", "lab", "control_plane"
    ]  # fmt: skip


def test_an_lxc_host_is_grouped_by_kind_role_and_node(hosts: Hosts) -> None:
    groups = {host.name: host.groups for host in hosts}
    assert groups["execution-runtime-1"] == ("kind_lxc", "role_execution_runtime", "node_pve1")
    assert (groups["lab"], groups["control_plane"]) == (("kind_cluster",), ("kind_control_plane",))


def test_an_lxc_host_knows_its_asset(hosts: Hosts) -> None:
    assert hosts[0].variables == {
        "ansible_host": "10.20.30.11",
        "ansible_python_interpreter": "/usr/bin/python3",
        "runtime_asset": {
            "role": "api",
            "node": "pve1",
            "container_id": 201,
            "network": "lab",
            "endpoints": {"executor_url": "https://api-1.lab.example", "internal_url": "http://10.20.30.11:8080"},
        },
    }


def test_what_stands_for_the_controller_is_reached_locally(hosts: Hosts) -> None:
    for host in hosts[-2:]:
        assert host.variables["ansible_connection"] == "local"
        assert host.variables["ansible_python_interpreter"] == "/usr/bin/python3"
        assert "runtime_asset" not in host.variables


def test_a_cluster_knows_its_assets_and_its_tree(hosts: Hosts) -> None:
    cluster = hosts[-2].variables["cluster"]
    assert (cluster["id"], cluster["git"]["path"]) == ("lab", "clusters/lab")
    assert hosts[-2].variables["topology_source"] == hosts[-1].variables["topology_source"] == "/srv/topology.yml"
    assert cluster["assets"] == sorted(cluster["assets"])
    assert {"portal", "postgres"} < set(cluster["assets"])


def test_everything_is_json(hosts: Hosts) -> None:
    plain = [[host.name, host.variables] for host in hosts]
    assert json.loads(json.dumps(plain)) == plain
    assert hosts[-1].variables["topology_openbao"] == {
        "address": "https://bao.lab.example:8200",
        "mount": "secret",
        "auth": {"method": "approle", "path": "approle", "session": "inline"},
    }


def test_a_host_is_told_the_releases_that_its_services_name(hosts: Hosts) -> None:
    told = {host.name: [release["path"] for release in host.releases] for host in hosts if host.releases}
    assert told == {host.name: ["/opt/fractalops/releases/2026.11.20-1"] for host in hosts if host.asset is not None}
    assert hosts[0].releases[0] == hosts[-1].variables["topology_releases"][0]


def test_no_variable_named_ansible_comes_from_a_topology(hosts: Hosts) -> None:
    names = {name for host in hosts for name in host.variables if name.startswith("ansible_")}
    assert names == {"ansible_host", "ansible_connection", "ansible_python_interpreter"}
