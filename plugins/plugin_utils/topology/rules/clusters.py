# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about clusters and what runs in them."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import kubernetes_assets

RESERVED_NAMESPACES = frozenset({"default", "flux-system", "kube-node-lease", "kube-public", "kube-system"})


def clusters_have_a_folder_of_their_own(topology: Topology) -> Iterator[Violation]:
    """No cluster's folder is, or lies in, another's: each tree removes what it does not know."""
    for name, cluster in topology.clusters.items():
        for other, owner in topology.clusters.items():
            same_tree = (cluster.git.url, cluster.git.revision) == (owner.git.url, owner.git.revision)
            if other != name and same_tree and f"{cluster.git.path}/".startswith(f"{owner.git.path}/"):
                path, first = ("clusters", name, "git", "path"), ("clusters", other, "git", "path")
                yield Violation(path, f"the folder belongs to cluster {other!r}", "choose another folder", first=first)


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
