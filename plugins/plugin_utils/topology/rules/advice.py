# SPDX-License-Identifier: GPL-3.0-or-later
"""What is allowed and still worth saying: advice never refuses a topology."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation, dotted
from .assets import kubernetes_assets, services
from .free_data import free_data, texts_with
from .urls import cluster_name, layered_urls

#: A URL alone or inside a longer text, such as a word of a command.
_URL = re.compile(r"https?://[^\s\"'<>,;|]+")


def a_legacy_portal_moves_to_kubernetes(topology: Topology) -> Iterator[Violation]:
    """A portal outside Kubernetes is legacy: no object is emitted for it."""
    portal = topology.service_profiles.portal
    if portal is not None and portal.runtime_type != "k8s":
        path = ("service_profiles", "portal", "runtime_type")
        what = f"runtime type {portal.runtime_type!r} is legacy, and nothing is emitted for Kubernetes"
        yield Violation(path, what, "move the portal to k8s")


def repeated_urls_change_together(topology: Topology) -> Iterator[Violation]:
    """A declared URL that a command or free data repeats has to be changed in both places."""
    declared = {url.rstrip("/"): path for _layer, path, url in layered_urls(topology)}
    for found, text in _texts_with_urls(topology) if declared else ():
        for url in _URL.findall(text):
            first = declared.get(url.rstrip("/"))
            if first is not None:
                what = f"this repeats {dotted(first)}"
                yield Violation(found, what, "change both together", first=first)


def charts_use_executor_urls_of_other_assets(topology: Topology) -> Iterator[Violation]:
    """A chart that names the Service of another asset, beside its executor URL, breaks when that asset moves.

    Advice only: the name of a Service may be another one's in each cluster, and resolves for its neighbours.
    """
    owners = _owners_of_services(topology)
    for asset_id, asset in kubernetes_assets(topology) if owners else ():
        path: Path = ("runtime_assets", asset_id, "helm", "values")
        for found, text in texts_with(".svc", path, asset.helm.values):
            by_cluster = owners.get(cluster_name(text) or "", {})
            near, far = by_cluster.get(asset.binding.cluster), next(iter(by_cluster.values()), None)
            if near is None and far is not None:
                first = ("runtime_assets", far, "endpoints", "internal_url")
                what = f"this Service of {far!r} is in another cluster"
                yield Violation(found, what, f"write the executor_url of {far!r}", first=first)
            elif near not in (None, asset_id) and topology.runtime_assets[near].endpoints.executor_url is not None:
                first = ("runtime_assets", near, "endpoints", "executor_url")
                yield Violation(found, f"{near!r} has an executor URL for machines", "write that", first=first)


def _texts_with_urls(topology: Topology) -> Iterator[tuple[Path, str]]:
    for path, service in services(topology):
        yield from (((*path, "exec", number), word) for number, word in enumerate(service.exec) if "://" in word)
    for path, data in free_data(topology):
        yield from texts_with("://", path, data)


def _owners_of_services(topology: Topology) -> dict[str, dict[str, str]]:
    """Name of a Kubernetes Service → cluster → the asset whose internal URL it is."""
    owners: dict[str, dict[str, str]] = {}
    for asset_id, asset in kubernetes_assets(topology):
        name = cluster_name(urlsplit(asset.endpoints.internal_url or "").hostname or "")
        if name:
            owners.setdefault(name, {}).setdefault(asset.binding.cluster, asset_id)
    return owners


ADVICE: tuple[Callable[[Topology], Iterator[Violation]], ...] = (
    a_legacy_portal_moves_to_kubernetes,
    repeated_urls_change_together,
    charts_use_executor_urls_of_other_assets,
)
