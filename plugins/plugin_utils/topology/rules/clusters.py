# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about clusters and what runs in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..model.topology import Topology
from ..violation import Violation
from .assets import kubernetes_assets

RESERVED_NAMESPACES = frozenset({"default", "flux-system", "kube-node-lease", "kube-public", "kube-system"})


def clusters_have_a_folder_of_their_own(topology: Topology) -> Iterator[Violation]:
    """No cluster's folder is, or lies in, another's: each tree removes what it does not know."""
    owners: dict[tuple[str, str, str], str] = {}
    for name, cluster in topology.clusters.items():
        owners.setdefault((cluster.git.url, cluster.git.revision, cluster.git.path), name)
    for name, cluster in topology.clusters.items():
        folder = PurePosixPath(cluster.git.path)
        for above in (folder, *folder.parents):
            owner = owners.get((cluster.git.url, cluster.git.revision, str(above)), name)
            if owner != name:
                path, first = ("clusters", name, "git", "path"), ("clusters", owner, "git", "path")
                yield Violation(path, f"the folder belongs to cluster {owner!r}", "choose another folder", first=first)


def workloads_are_unique_per_namespace(topology: Topology) -> Iterator[Violation]:
    """Two assets are never the same Helm release."""
    first: dict[tuple[str, str, str], str] = {}
    for asset_id, asset in kubernetes_assets(topology):
        binding = asset.binding
        owner = first.setdefault((binding.cluster, binding.namespace, binding.workload), asset_id)
        if owner != asset_id:
            what = f"workload {binding.workload!r} in namespace {binding.namespace!r} is already {owner!r}"
            path = ("runtime_assets", asset_id, "binding", "workload")
            yield Violation(path, what, "choose another name", first=("runtime_assets", owner, "binding", "workload"))


def assets_stay_out_of_reserved_namespaces(topology: Topology) -> Iterator[Violation]:
    """Namespaces of Kubernetes itself, and of the bootstrap, are not ours."""
    for asset_id, asset in kubernetes_assets(topology):
        if asset.binding.namespace in RESERVED_NAMESPACES:
            path = ("runtime_assets", asset_id, "binding", "namespace")
            yield Violation(path, f"namespace {asset.binding.namespace!r} is reserved", "choose one of your own")
