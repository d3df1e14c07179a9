# SPDX-License-Identifier: GPL-3.0-or-later
"""What delivers to a cluster, as far as trees are written for it."""

from __future__ import annotations

from ..errors import InfraError
from ..topology.model.cluster import ArgoCdDelivery
from ..topology.model.topology import Topology
from ..topology.position import Path
from ..topology.violation import dotted


class OtherDeliveryError(InfraError):
    """Something else than Argo CD delivers to the cluster; ``path`` is where the topology says so."""

    def __init__(self, path: Path, delivery: str) -> None:
        self.path = path
        super().__init__(f"{dotted(path)}: no tree is written for {delivery} yet; deliver with argocd")


def argocd_delivery(topology: Topology, cluster_id: str) -> ArgoCdDelivery:
    """The Argo CD of a cluster. Raises OtherDeliveryError; KeyError for an unknown cluster."""
    delivery = topology.clusters[cluster_id].delivery
    if not isinstance(delivery, ArgoCdDelivery):
        raise OtherDeliveryError(("clusters", cluster_id, "delivery", "type"), delivery.type)
    return delivery
