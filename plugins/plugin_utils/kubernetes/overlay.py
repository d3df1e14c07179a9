# SPDX-License-Identifier: GPL-3.0-or-later
"""The overlay of a cluster: every document Argo CD needs to run the assets bound to it.

``kustomization.yaml``, ``applications/``, ``namespaces/<namespace>/`` and ``values/``, all below ``overlay/`` in
the folder of the cluster, so that bootstrap and people have the rest of that folder for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..manifest.document import Document
from ..manifest.external_secret import external_secret
from ..manifest.kustomization import kustomization
from ..manifest.namespace import namespace_manifest
from ..manifest.secret_store import secret_store
from ..manifest.service_account import service_account
from ..topology.model.cluster import Cluster
from ..topology.model.topology import Topology
from .application import applications_application, applications_name, namespaces_application, release_application
from .chart_values import chart_values
from .delivery import argocd_delivery
from .helm_release import HelmRelease, helm_releases
from .sync import EXTERNAL_SECRET, KEPT, NAMESPACE, SECRET_STORE, SERVICE_ACCOUNT, in_wave


def overlay_folder(cluster: Cluster) -> str:
    """Path of the overlay in the repository of ``cluster``."""
    return f"{cluster.git.path}/overlay"


def kubernetes_documents(topology: Topology, cluster_id: str) -> tuple[Document, ...]:
    """Every document of a cluster, by path. Raises OtherDeliveryError; KeyError for an unknown cluster."""
    found = helm_releases(topology, cluster_id)
    manifests = [*_applications(topology, cluster_id, found), *_namespaces(topology, cluster_id, found)]
    values = [Document(f"values/{release.asset_id}.yaml", chart_values(topology, release)) for release in found]
    return tuple(sorted([kustomization(manifests), *manifests, *values], key=lambda document: document.path))


def _applications(topology: Topology, cluster_id: str, found: tuple[HelmRelease, ...]) -> Iterator[Document]:
    cluster, argocd = topology.clusters[cluster_id], argocd_delivery(topology, cluster_id)
    overlay = overlay_folder(cluster)
    yield Document(f"applications/{cluster_id}.yaml", namespaces_application(cluster_id, cluster, argocd, overlay))
    name = applications_name(cluster_id)
    yield Document(f"applications/{name}.yaml", applications_application(cluster_id, cluster, argocd, overlay))
    for release in found:
        yield Document(f"applications/{release.asset_id}.yaml", release_application(cluster, argocd, overlay, release))


def _namespaces(topology: Topology, cluster_id: str, found: tuple[HelmRelease, ...]) -> Iterator[Document]:
    """Each namespace; its store with its service account when a release there has secrets, and those secrets."""
    for name in sorted({release.namespace for release in found}):
        folder = f"namespaces/{name}"
        yield Document(f"{folder}/namespace.yaml", in_wave(NAMESPACE, namespace_manifest(name), KEPT))
        secretive = [release for release in found if release.namespace == name and release.asset.helm.secrets]
        if secretive:
            account = service_account(topology.clusters[cluster_id].secret_store.service_account, name)
            yield Document(f"{folder}/service-account.yaml", in_wave(SERVICE_ACCOUNT, account))
            store = secret_store(topology, cluster_id, name)
            yield Document(f"{folder}/secret-store.yaml", in_wave(SECRET_STORE, store))
        for release in secretive:
            secret = external_secret(
                release.asset_id, release.namespace, release.secret_name, release.asset.helm.secrets
            )
            yield Document(f"{folder}/external-secrets/{release.asset_id}.yaml", in_wave(EXTERNAL_SECRET, secret))
