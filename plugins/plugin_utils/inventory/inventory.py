# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole inventory of a topology, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypedDict

from ..topology.model.runtime_asset import LxcAsset
from ..topology.model.topology import Topology
from ..topology.rules.references import secret_refs
from .group import group_name
from .host import InventoryHost, Variables, cluster_host, control_plane_host, lxc_host


class CommonVariables(TypedDict):
    """What every host knows: the topology it belongs to."""

    topology_source: str
    topology_profile: str
    topology_openbao: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Inventory:
    """Hosts in the order of the topology, and the variables of the group ``all``."""

    hosts: tuple[InventoryHost, ...]
    variables: CommonVariables
    profile_group: str
    """Every host is in it."""


def project_inventory(topology: Topology, source: str, python: str) -> Inventory:
    """The inventory of ``topology``.

    ``source`` is the absolute path it was loaded from, ``python`` the interpreter of the controller. Holds refs,
    never secrets, and every text is data: whoever adds it to Ansible must not trust it as a template.
    """
    hosts = [lxc_host(name, asset) for name, asset in topology.runtime_assets.items() if isinstance(asset, LxcAsset)]
    hosts += [cluster_host(topology, name, python) for name in topology.clusters]
    hosts.append(control_plane_host({"topology_summary": _summary(topology)}, python))
    common = CommonVariables(
        topology_source=source,
        topology_profile=topology.profile,
        # How to connect; what policies are made from is not the hosts' business.
        topology_openbao=topology.openbao.model_dump(mode="json", exclude={"scopes", "administration"}, exclude_none=True),
    )
    return Inventory(tuple(hosts), common, group_name("profile", topology.profile))


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
