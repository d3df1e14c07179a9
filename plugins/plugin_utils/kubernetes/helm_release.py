# SPDX-License-Identifier: GPL-3.0-or-later
"""A Helm release: one Kubernetes asset of one cluster, with what is said about it in several places."""

from __future__ import annotations

from dataclasses import dataclass

from ..topology.model.cluster import Chart
from ..topology.model.runtime_asset import KubernetesAsset
from ..topology.model.topology import Topology


@dataclass(frozen=True, slots=True)
class HelmRelease:
    """``asset`` as installed from ``chart``."""

    asset_id: str
    asset: KubernetesAsset
    chart: Chart

    @property
    def name(self) -> str:
        return self.asset.binding.workload

    @property
    def namespace(self) -> str:
        return self.asset.binding.namespace

    @property
    def secret_name(self) -> str:
        """The Secret that External Secrets makes; a chart's own Secret usually has the bare release name."""
        return f"{self.name}-credentials"


def helm_releases(topology: Topology, cluster_id: str) -> tuple[HelmRelease, ...]:
    """Every release of a cluster, by asset id."""
    charts = topology.clusters[cluster_id].charts
    return tuple(
        HelmRelease(asset_id, asset, charts[asset.helm.chart])
        for asset_id, asset in sorted(topology.runtime_assets.items())
        if isinstance(asset, KubernetesAsset) and asset.binding.cluster == cluster_id
    )
