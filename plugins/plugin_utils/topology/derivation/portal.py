# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows for the portal."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..model.topology import Topology
from .finding import Finding

_PORTAL = ("service_profiles", "portal")


def the_portal_is_always_a_return_host(topology: Topology) -> Iterator[Finding]:
    """A login may return to the declared hosts, and always to the host of the portal's public URL."""
    portal = topology.service_profiles.portal
    asset = topology.runtime_assets.get(portal.asset) if portal else None
    if portal is None or asset is None or asset.endpoints.public_url is None:
        return
    url = ("runtime_assets", portal.asset, "endpoints", "public_url")
    named, declared = (*_PORTAL, "asset"), (*_PORTAL, "allowed_return_hosts")
    host = urlsplit(asset.endpoints.public_url).hostname or ""
    yield Finding((*_PORTAL, "derived", "PUBLIC_URL"), asset.endpoints.public_url, (named, url))
    hosts = sorted({host, *portal.allowed_return_hosts})
    yield Finding((*_PORTAL, "derived", "ALLOWED_RETURN_HOSTS"), [*hosts], (url, declared))
