# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the containers that LXC hosts are."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import lxc_assets


def container_names_are_for_plain_lxc(topology: Topology) -> Iterator[Violation]:
    """Proxmox knows containers by their id alone, and plain LXC has one container of a name."""
    first: dict[tuple[str, str], str] = {}
    for asset_id, asset in lxc_assets(topology):
        name, node = asset.binding.container_name, topology.nodes.get(asset.binding.node)
        if name is None:
            continue
        path = ("runtime_assets", asset_id, "binding", "container_name")
        if node is not None and node.containers is not None and node.containers.type == "proxmox":
            what = f"node {asset.binding.node!r} is a Proxmox node, which knows containers by their id"
            yield Violation(path, what, "remove the name")
        owner = first.setdefault((asset.binding.node, name), asset_id)
        if owner != asset_id:
            what = f"container {name!r} on node {asset.binding.node!r} is already {owner!r}"
            other = ("runtime_assets", owner, "binding", "container_name")
            yield Violation(path, what, "choose another name", first=other)


def container_ids_are_unique_per_node(topology: Topology) -> Iterator[Violation]:
    """A node has one container of an id; nodes need not share a numbering."""
    first: dict[tuple[str, int], str] = {}
    for asset_id, asset in lxc_assets(topology):
        binding = asset.binding
        owner = first.setdefault((binding.node, binding.container_id), asset_id)
        if owner != asset_id:
            yield Violation(
                ("runtime_assets", asset_id, "binding", "container_id"),
                f"container {binding.container_id} on node {binding.node!r} is already {owner!r}",
                "choose another id",
                first=("runtime_assets", owner, "binding", "container_id"),
            )
