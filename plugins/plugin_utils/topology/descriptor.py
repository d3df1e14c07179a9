# SPDX-License-Identifier: GPL-3.0-or-later
"""What a product-level control may know of a runtime asset: which it is and how to reach it, never where it runs."""

from __future__ import annotations

from typing import Literal, TypedDict

from ..errors import InfraError
from .model.topology import Topology
from .words.close_names import close_names


class RuntimeAssetDescriptor(TypedDict):
    """An asset without its binding: no node, container id, cluster or namespace."""

    id: str
    role: str
    kind: Literal["lxc", "kubernetes", "external"]
    endpoints: dict[str, str]
    """The URLs that are declared; none stands in for another."""


class UnknownAssetError(InfraError):
    """The topology has no asset of that id."""


def asset_descriptor(topology: Topology, asset_id: str) -> RuntimeAssetDescriptor:
    """The descriptor of one asset. Raises UnknownAssetError, which names the closest ids."""
    asset = topology.runtime_assets.get(asset_id)
    if asset is None:
        hint = close_names(asset_id, topology.runtime_assets)
        raise UnknownAssetError(f"runtime_assets: there is no such asset; {hint}")
    return RuntimeAssetDescriptor(
        id=asset_id,
        role=asset.role,
        kind=asset.binding.type,
        endpoints={name: url for name, url in asset.endpoints if url is not None},
    )
