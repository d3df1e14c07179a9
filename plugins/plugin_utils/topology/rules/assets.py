# SPDX-License-Identifier: GPL-3.0-or-later
"""The runtime assets by the kind of their binding, for rules that look at one kind."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.runtime_asset import ExternalAsset, KubernetesAsset, LxcAsset
from ..model.service import Service
from ..model.topology import Topology
from ..position import Path


def lxc_assets(topology: Topology) -> Iterator[tuple[str, LxcAsset]]:
    """Every asset that is a host, by id."""
    return iter(topology.lxc_assets)


def kubernetes_assets(topology: Topology) -> Iterator[tuple[str, KubernetesAsset]]:
    """Every asset that runs in a cluster, by id."""
    return ((name, asset) for name, asset in topology.runtime_assets.items() if isinstance(asset, KubernetesAsset))


def external_assets(topology: Topology) -> Iterator[tuple[str, ExternalAsset]]:
    """Every integration endpoint, by id."""
    return ((name, asset) for name, asset in topology.runtime_assets.items() if isinstance(asset, ExternalAsset))


def services(topology: Topology) -> Iterator[tuple[Path, Service]]:
    """Every service of every host, with its path."""
    return iter(topology.services)
