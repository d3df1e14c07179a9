# SPDX-License-Identifier: GPL-3.0-or-later
"""Argo CD Applications: one per release, one for the namespaces and one for the Applications themselves.

They are three kinds because Argo CD may run in another cluster than the one it delivers to: Applications go to
Argo CD's own cluster, everything else to ``destination_server``.

Nothing is taken away without a human: ``prune`` is off and no Application has a finalizer, so an asset that
left the topology shows as out of sync and keeps running until somebody removes it.
Source: https://argo-cd.readthedocs.io/en/stable/user-guide/multiple_sources/ (values from a git ref).
"""

from __future__ import annotations

from collections.abc import Sequence

from ..manifest.document import Manifest, metadata
from ..topology.model.cluster import ArgoCdDelivery, Chart, Cluster
from .helm_release import HelmRelease
from .sync import NAMESPACES, OPERATOR, RELEASE, in_wave

#: How Argo CD names the cluster it runs in.
_ARGOCD_ITSELF = "https://kubernetes.default.svc"
#: Namespaces are documents of their own, so that they can be kept when the last asset leaves.
_SYNC_OPTIONS = ("CreateNamespace=false", "FailOnSharedResource=true", "PruneLast=true")
#: An operator goes before the namespaces, so it makes its own. Its kinds outgrow the annotation that a client-side
#: apply keeps (256 KiB; kyverno/kyverno#5036).
_OPERATOR_OPTIONS = ("CreateNamespace=true", "FailOnSharedResource=true", "PruneLast=true", "ServerSideApply=true")
#: Namespaces come also while no operator has brought the kinds of stores and secrets; the retries bring those.
_NAMESPACES_OPTIONS = (*_SYNC_OPTIONS, "SkipDryRunOnMissingResource=true")
#: A release may come before its namespace or secrets; without retries Argo CD gives a commit one chance only.
_RETRY = {"limit": 10, "backoff": {"duration": "5s", "factor": 2, "maxDuration": "3m"}}


def release_application(cluster: Cluster, argocd: ArgoCdDelivery, overlay: str, release: HelmRelease) -> Manifest:
    """Installs the chart of ``release`` with the values that stand in the tree."""
    values = f"$values/{overlay}/values/{release.asset_id}.yaml"
    chart = {
        "repoURL": _chart_repository(release.chart),
        "chart": release.chart.name,
        "targetRevision": release.chart.version,
        "helm": {"releaseName": release.name, "valueFiles": [values], "ignoreMissingValueFiles": False},
    }
    git = {**_git(cluster), "ref": "values"}
    options, wave = (_OPERATOR_OPTIONS, OPERATOR) if release.chart.operator else (_SYNC_OPTIONS, RELEASE)
    spec = {"sources": [chart, git], **_delivery(argocd.destination_server, release.namespace, options)}
    return _application(argocd, release.asset_id, spec, wave)


def namespaces_application(cluster_id: str, cluster: Cluster, argocd: ArgoCdDelivery, overlay: str) -> Manifest:
    """Brings the namespaces with their stores and secrets."""
    source = {**_git(cluster), "path": f"{overlay}/namespaces", "directory": {"recurse": True}}
    delivery = _delivery(argocd.destination_server, options=_NAMESPACES_OPTIONS)
    return _application(argocd, cluster_id, {"source": source, **delivery}, NAMESPACES)


def applications_application(cluster_id: str, cluster: Cluster, argocd: ArgoCdDelivery, overlay: str) -> Manifest:
    """Brings the Applications, itself included; applied once by bootstrap."""
    source = {**_git(cluster), "path": f"{overlay}/applications", "directory": {"recurse": False}}
    spec = {"source": source, **_delivery(_ARGOCD_ITSELF, argocd.namespace)}
    return _application(argocd, applications_name(cluster_id), spec, RELEASE)


def applications_name(cluster_id: str) -> str:
    """Name of the Application that brings the Applications of a cluster."""
    return f"{cluster_id}-applications"


def _application(argocd: ArgoCdDelivery, name: str, spec: Manifest, wave: int) -> Manifest:
    application = {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": metadata(name, argocd.namespace),
        "spec": {"project": argocd.project, **spec},
    }
    return in_wave(wave, application)


def _delivery(server: str, namespace: str | None = None, options: Sequence[str] = _SYNC_OPTIONS) -> Manifest:
    """Where an Application goes and what its sync may do."""
    place = {} if namespace is None else {"namespace": namespace}
    return {
        "destination": {"server": server, **place},
        "syncPolicy": {
            "automated": {"prune": False, "selfHeal": True, "allowEmpty": False},
            "syncOptions": [*options],
            "retry": _RETRY,
        },
    }


def _git(cluster: Cluster) -> Manifest:
    return {"repoURL": cluster.git.url, "targetRevision": cluster.git.revision}


def _chart_repository(chart: Chart) -> str:
    """Argo CD wants OCI registries of charts without a scheme."""
    return chart.repository.removeprefix("oci://").rstrip("/")
