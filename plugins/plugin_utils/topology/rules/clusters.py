# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about clusters and what runs in them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from ..model.topology import Topology
from ..violation import Violation
from .assets import kubernetes_assets
from .repeated import repeated_items

RESERVED_NAMESPACES = frozenset({"default", "flux-system"})
#: Helm refuses longer release names (pkg/chart/v2/util/validate_name.go), because charts append to them.
_LONGEST_RELEASE_NAME = 53
_DELIVERERS = {"argocd": "Argo CD", "flux": "Flux"}


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
    """Namespaces of Kubernetes itself, of the bootstrap and of what delivers are not ours."""
    for asset_id, asset in kubernetes_assets(topology):
        namespace, cluster = asset.binding.namespace, topology.clusters.get(asset.binding.cluster)
        path = ("runtime_assets", asset_id, "binding", "namespace")
        if _is_reserved(namespace):
            yield Violation(path, f"namespace {namespace!r} is reserved", "choose one of your own")
        elif cluster is not None and namespace == cluster.delivery.namespace:
            first = ("clusters", asset.binding.cluster, "delivery", "namespace")
            what = f"namespace {namespace!r} is {_DELIVERERS[cluster.delivery.type]}'s"
            yield Violation(path, what, "choose one of your own", first=first)


def shared_stores_serve_namespaces_of_ours(topology: Topology) -> Iterator[Violation]:
    """A store for several namespaces lists each once, and hands no secret to Kubernetes or what delivers."""
    for name, cluster in topology.clusters.items():
        if cluster.cluster_store is None:
            continue
        path = ("clusters", name, "cluster_store", "namespaces")
        yield from repeated_items(path, cluster.cluster_store.namespaces)
        for number, namespace in enumerate(cluster.cluster_store.namespaces):
            if _is_reserved(namespace) or namespace == cluster.delivery.namespace:
                yield Violation((*path, number), f"namespace {namespace!r} is not ours", "remove it")


def release_names_fit_helm(topology: Topology) -> Iterator[Violation]:
    """A workload is the name of a Helm release, which Helm limits to 53 characters."""
    for asset_id, asset in kubernetes_assets(topology):
        length = len(asset.binding.workload)
        if length > _LONGEST_RELEASE_NAME:
            path = ("runtime_assets", asset_id, "binding", "workload")
            hint = f"use at most {_LONGEST_RELEASE_NAME}"
            yield Violation(path, f"{length} characters are too many for a Helm release", hint)


def assets_leave_the_applications_of_clusters_their_names(topology: Topology) -> Iterator[Violation]:
    """The Application of an asset has the asset's id, and <cluster>-applications is the cluster's own."""
    for asset_id, asset in kubernetes_assets(topology):
        cluster = asset.binding.cluster
        if asset_id == f"{cluster}-applications":
            what = f"an Application of cluster {cluster!r} has this name"
            yield Violation(("runtime_assets", asset_id), what, "choose another id", at_key=True)


def _is_reserved(namespace: str) -> bool:
    return namespace in RESERVED_NAMESPACES or namespace.startswith("kube-")
