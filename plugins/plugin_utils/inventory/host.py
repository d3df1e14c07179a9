# SPDX-License-Identifier: GPL-3.0-or-later
"""One inventory host: an LXC asset, a cluster or the control plane."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

from ..topology.model.endpoints import Endpoints
from ..topology.model.runtime_asset import LxcAsset
from ..topology.model.topology import Topology
from .group import group_name
from .release import ReleaseVariables, release_path

#: Host variables: JSON types only.
Variables = dict[str, Any]


class RuntimeAssetVariables(TypedDict):
    """What a play may know about the asset a host is.

    The id is the host's name, the address is ``ansible_host``, the kind is a group.
    """

    role: str
    node: str
    container_id: int
    container_name: NotRequired[str]
    network: str
    endpoints: dict[str, str]


@dataclass(frozen=True, slots=True)
class InventoryHost:
    """A host, the groups it is in, and its variables."""

    name: str
    groups: tuple[str, ...]
    variables: Variables
    asset: LxcAsset | None = None
    """What it is the host of; clusters and the control plane are no asset."""
    releases: Sequence[ReleaseVariables] = ()
    """Those that its services name and that have a source."""


def lxc_host(asset_id: str, asset: LxcAsset, sources: Sequence[ReleaseVariables]) -> InventoryHost:
    """The host of an LXC asset, reached at its address; ``sources`` are those of all releases."""
    binding = asset.binding
    runtime_asset = RuntimeAssetVariables(
        role=asset.role,
        node=binding.node,
        container_id=binding.container_id,
        network=binding.network,
        endpoints=_urls(asset.endpoints),
    )
    if binding.container_name is not None:
        runtime_asset["container_name"] = binding.container_name
    groups = (group_name("kind", "lxc"), group_name("role", asset.role), group_name("node", binding.node))
    variables: Variables = {**_remote(binding.address), "runtime_asset": runtime_asset}
    return InventoryHost(asset_id, groups, variables, asset, _named(asset, sources) if sources else ())


def _named(asset: LxcAsset, sources: Sequence[ReleaseVariables]) -> list[ReleaseVariables]:
    wanted = (service.release for service in asset.services.values())
    paths = {release_path(release.app, release.id) for release in wanted if release is not None}
    return [release for release in sources if release["path"] in paths]


def cluster_host(topology: Topology, cluster_id: str, source: str, python: str) -> InventoryHost:
    """The host that stands for a cluster: work on its tree happens on the controller."""
    cluster = {"id": cluster_id, **topology.clusters[cluster_id].model_dump(mode="json")}
    cluster["assets"] = sorted(
        name
        for name, asset in topology.runtime_assets.items()
        if asset.binding.type == "kubernetes" and asset.binding.cluster == cluster_id
    )
    variables: Variables = {**_local(python), "cluster": cluster, "topology_source": source}
    return InventoryHost(cluster_id, (group_name("kind", "cluster"),), variables)


def control_plane_host(variables: Variables, python: str) -> InventoryHost:
    """The controller itself."""
    return InventoryHost("control_plane", (group_name("kind", "control_plane"),), {**_local(python), **variables})


def _remote(address: str) -> Variables:
    """Debian's Python is named, since looking for one costs every host another round trip in every run."""
    return {"ansible_host": address, "ansible_python_interpreter": "/usr/bin/python3"}


def _local(python: str) -> Variables:
    return {"ansible_connection": "local", "ansible_python_interpreter": python}


def _urls(endpoints: Endpoints) -> dict[str, str]:
    """The URLs that are declared; the others do not exist rather than being null."""
    return {name: url for name, url in vars(endpoints).items() if url is not None}
