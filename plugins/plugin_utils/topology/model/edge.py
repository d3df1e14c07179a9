# SPDX-License-Identifier: GPL-3.0-or-later
"""What stands between the internet and public URLs."""

from __future__ import annotations

from typing import Annotated

from .base import HttpUrl, Model
from .kind import text
from .secret_ref import SecretRefText

CloudflareId = Annotated[
    str, text(r"^[0-9a-f]{32}$", "an id of Cloudflare", "write the 32 hexadecimal digits of the dashboard")
]
TunnelId = Annotated[
    str,
    text(
        r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$",
        "a tunnel id",
        "write the UUID of the tunnel in lower case",
    ),
]


class Cloudflare(Model):
    """Cloudflare as far as we manage it; an empty one manages nothing."""

    manage_dns: bool = False
    """Public names become DNS records; needs zone_id and tunnel_id."""
    manage_tunnel_ingress: bool = False
    """Public names become ingress rules of the tunnel; needs edge_origin_url and tunnel_id."""
    account_id: CloudflareId | None = None
    """Account that owns the tunnel."""
    zone_id: CloudflareId | None = None
    """Zone of the records."""
    tunnel_id: TunnelId | None = None
    """Tunnel that records point to and ingress rules belong to."""
    edge_origin_url: HttpUrl | None = None
    """Where the tunnel hands requests over."""
    api_token: SecretRefText | None = None
    """Ref of the token that plan-verify and apply use."""


class Edge(Model):
    """Providers of the edge."""

    cloudflare: Cloudflare | None = None
    """Cloudflare DNS and tunnel."""
