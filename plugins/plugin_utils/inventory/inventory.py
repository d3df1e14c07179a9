# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole inventory of a topology, as plain data."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from ..topology.model.runtime_asset import ExternalAsset, KubernetesAsset, LxcAsset
from ..topology.model.topology import Topology
from ..topology.rules.references import secret_refs
from .group import group_name
from .host import InventoryHost, Variables, cluster_host, control_plane_host, lxc_host
from .release import ReleaseVariables, releases


@dataclass(frozen=True, slots=True)
class Inventory:
    """The hosts of a topology, and the group of them all."""

    hosts: Iterator[InventoryHost]
    """In the order of the topology, to be gone through once.

    Each asset is forgotten with its host: the models of 10,000 take 50 MiB, and so do the variables made from them.
    """
    profile_group: str
    """Every host is in it."""


def project_inventory(topology: Topology, source: str, python: str) -> Inventory:
    """The inventory of ``topology``.

    ``source`` is the absolute path it was loaded from, ``python`` the interpreter of the controller. Holds refs,
    never secrets, and every text is data: code that adds it to Ansible must not trust it as a template.
    """
    controller = control_plane_host(_whole(topology, source), python)
    others = [*(cluster_host(topology, name, source, python) for name in topology.clusters), controller]
    assets, sources = deque(topology.runtime_assets.items()), list(releases(topology))
    return Inventory(_hosts(assets, others, sources), group_name("profile", topology.profile))


def _hosts(
    assets: deque[tuple[str, LxcAsset | KubernetesAsset | ExternalAsset]],
    others: list[InventoryHost],
    sources: list[ReleaseVariables],
) -> Iterator[InventoryHost]:
    while assets:
        name, asset = assets.popleft()
        if isinstance(asset, LxcAsset):
            yield lxc_host(name, asset, sources)
    yield from others


def _whole(topology: Topology, source: str) -> Variables:
    """What is said once for the whole topology; with every host it would be listed as often as there are hosts."""
    return {
        "topology_source": source,
        "topology_profile": topology.profile,
        "topology_summary": _summary(topology),
        "topology_releases": list(releases(topology)),
        # By the serializer of the whole, which is there already; one of a part would be built first.
        "topology_nodes": topology.model_dump(mode="json", include={"nodes"})["nodes"],
        "topology_openbao": connection(topology),
        "topology_break_glass": topology.break_glass.model_dump(mode="json") if topology.break_glass else None,
    }


def connection(topology: Topology) -> Variables:
    """How to connect to OpenBao; what policies are made from is not a play's business."""
    shown: Variables = topology.model_dump(
        mode="json", include={"openbao"}, exclude={"openbao": {"scopes", "administration"}}, exclude_none=True
    )["openbao"]
    return shown


def _summary(topology: Topology) -> Variables:
    """How many of everything there are; for a person who asks whether this is the right topology."""
    assets = list(topology.runtime_assets.values())
    return {
        "assets": len(assets),
        "hosts": sum(1 for asset in assets if isinstance(asset, LxcAsset)),
        "services": sum(len(asset.services) for asset in assets if isinstance(asset, LxcAsset)),
        "clusters": len(topology.clusters),
        "integrations": sum(1 for asset in assets if asset.binding.type == "external"),
        "secret_refs": len({ref for _path, ref in secret_refs(topology)}),
    }
