# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the containers that LXC hosts are."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import lxc_assets


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
