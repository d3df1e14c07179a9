# SPDX-License-Identifier: GPL-3.0-or-later
"""Which ways into a host there are, as the topology says; whether one works is found out by trying it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .rung import Rung

CONNECTION = "fractalops.infra.node_attach"


@dataclass(frozen=True)
class Step:
    """One rung for one host."""

    rung: Rung
    variables: Mapping[str, Any]
    """Ansible's connection variables, beside those the host has."""
    closed: str | None = None
    """Why there is no such way, whatever state things are in."""


def ladder(asset: Mapping[str, Any], nodes: Mapping[str, Any], *, node_is_here: bool) -> tuple[Step, ...]:
    """Every rung in its order; one that the topology does not open is there with the reason.

    ``asset`` is the ``runtime_asset`` of the host, ``nodes`` the ``topology_nodes`` of the control plane.
    """
    name = str(asset["node"])
    containers = nodes[name]["containers"]
    steps = [Step(Rung.SSH, {})]
    for rung in (Rung.ATTACH, Rung.ROOT_FILE_SYSTEM):
        if containers is None:
            closed = f"nodes.{name}.containers is not declared, so nobody knows how to reach into its containers"
            steps.append(Step(rung, {}, closed))
        else:
            steps.append(Step(rung, _through(nodes[name], asset, rung, node_is_here=node_is_here)))
    return tuple(steps)


def _through(node: Mapping[str, Any], asset: Mapping[str, Any], rung: Rung, *, node_is_here: bool) -> Mapping[str, Any]:
    containers = node["containers"]
    variables = {
        "ansible_connection": CONNECTION,
        "ansible_node_tool": containers["type"],
        "ansible_node_container_id": asset["container_id"],
        "ansible_node_container_state": rung.container_state,
    }
    if containers["type"] == "lxc":
        variables["ansible_node_lxc_path"] = containers["path"]
        variables["ansible_node_container_name"] = asset.get("container_name") or str(asset["container_id"])
    if not node_is_here:
        variables["ansible_node_address"] = node["address"]
    return variables
