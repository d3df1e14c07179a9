# SPDX-License-Identifier: GPL-3.0-or-later
"""The ways in are those the topology opens, always in the same order."""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.ladder import CONNECTION, ladder
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.rung import Rung

ASSET = {"node": "pve1", "container_id": 210}
LXC = {"type": "lxc", "path": "/var/lib/lxc"}


def nodes(containers: dict[str, Any] | None) -> dict[str, Any]:
    """``topology_nodes`` with one node."""
    return {"pve1": {"address": "10.20.30.2", "containers": containers}}


def test_the_order_is_ssh_then_the_node_then_the_root_file_system() -> None:
    for containers in (None, LXC, {"type": "proxmox"}):
        steps = ladder(ASSET, nodes(containers), node_is_here=False)
        assert [step.rung for step in steps] == [Rung.SSH, Rung.ATTACH, Rung.ROOT_FILE_SYSTEM]


def test_a_node_that_says_nothing_of_its_containers_is_no_way_in_and_says_so() -> None:
    ssh, attach, root = ladder(ASSET, nodes(None), node_is_here=True)
    assert ssh.closed is None
    assert attach.closed == root.closed
    assert attach.closed is not None and attach.closed.startswith("nodes.pve1.containers is not declared")


def test_plain_lxc_is_given_folder_and_name_and_the_number_stands_in_for_a_name() -> None:
    named = ladder({**ASSET, "container_name": "worker"}, nodes(LXC), node_is_here=True)[1].variables
    assert named == {
        "ansible_connection": CONNECTION,
        "ansible_node_tool": "lxc",
        "ansible_node_container_id": 210,
        "ansible_node_container_name": "worker",
        "ansible_node_container_state": "running",
        "ansible_node_lxc_path": "/var/lib/lxc",
    }
    assert ladder(ASSET, nodes(LXC), node_is_here=True)[1].variables["ansible_node_container_name"] == "210"


def test_a_node_that_is_another_machine_is_reached_at_its_address() -> None:
    _ssh, attach, root = ladder(ASSET, nodes({"type": "proxmox"}), node_is_here=False)
    assert attach.variables["ansible_node_address"] == "10.20.30.2"
    assert root.variables == {**attach.variables, "ansible_node_container_state": "stopped"}
