# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the edge."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.edge import Cloudflare
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation

_CLOUDFLARE: Path = ("edge", "cloudflare")
#: What a setting is for: it is useless unless one of these is managed.
_USED_BY = {
    "zone_id": ("manage_dns",),
    "edge_origin_url": ("manage_tunnel_ingress",),
    "tunnel_id": ("manage_dns", "manage_tunnel_ingress"),
    "account_id": ("manage_dns", "manage_tunnel_ingress"),
    "api_token": ("manage_dns", "manage_tunnel_ingress"),
}


def managed_dns_has_a_zone_and_a_tunnel(topology: Topology) -> Iterator[Violation]:
    """DNS records stand in a zone and point to a tunnel."""
    cloudflare = topology.edge.cloudflare
    if cloudflare is not None and cloudflare.manage_dns:
        yield from _needed(cloudflare, "manage_dns", ("zone_id", "tunnel_id"))


def managed_ingress_has_an_origin_and_a_tunnel(topology: Topology) -> Iterator[Violation]:
    """Ingress rules belong to a tunnel and lead to an origin."""
    cloudflare = topology.edge.cloudflare
    if cloudflare is not None and cloudflare.manage_tunnel_ingress:
        yield from _needed(cloudflare, "manage_tunnel_ingress", ("edge_origin_url", "tunnel_id"))


def edge_settings_are_used(topology: Topology) -> Iterator[Violation]:
    """Each setting of the edge is for something that is managed."""
    for key, users in _USED_BY.items() if topology.edge.cloudflare else ():
        is_used = any(getattr(topology.edge.cloudflare, user) for user in users)
        if not is_used and getattr(topology.edge.cloudflare, key) is not None:
            wanted = " or ".join(f"{user}: true" for user in users)
            yield Violation((*_CLOUDFLARE, key), "nothing that is managed uses it", f"write {wanted}, or remove it")


def _needed(cloudflare: Cloudflare, what: str, keys: tuple[str, ...]) -> Iterator[Violation]:
    for key in keys:
        if getattr(cloudflare, key) is None:
            yield Violation((*_CLOUDFLARE, key), f"{what} needs it", f"add it, or write {what}: false")
