# SPDX-License-Identifier: GPL-3.0-or-later
"""What is allowed and still worth saying: advice never refuses a topology."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..model.topology import Topology
from ..violation import Violation, dotted
from .free_data import free_data, texts_with
from .urls import layered_urls


def a_legacy_portal_moves_to_kubernetes(topology: Topology) -> Iterator[Violation]:
    """A portal outside Kubernetes is legacy: no object is emitted for it."""
    portal = topology.service_profiles.portal
    if portal is not None and portal.runtime_type != "k8s":
        path = ("service_profiles", "portal", "runtime_type")
        what = f"runtime type {portal.runtime_type!r} is legacy, and nothing is emitted for Kubernetes"
        yield Violation(path, what, "move the portal to k8s")


def repeated_urls_change_together(topology: Topology) -> Iterator[Violation]:
    """A declared URL that free data repeats has to be changed in both places."""
    declared = {url.rstrip("/"): path for _layer, path, url in layered_urls(topology)}
    for path, data in free_data(topology) if declared else ():
        for found, text in texts_with("://", path, data):
            first = declared.get(text.rstrip("/"))
            if first is not None:
                what = f"this repeats {dotted(first)}"
                yield Violation(found, what, "change both together", first=first)


ADVICE: tuple[Callable[[Topology], Iterator[Violation]], ...] = (
    a_legacy_portal_moves_to_kubernetes,
    repeated_urls_change_together,
)
