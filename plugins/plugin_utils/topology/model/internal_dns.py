# SPDX-License-Identifier: GPL-3.0-or-later
"""The DNS server for names inside the networks."""

from __future__ import annotations

from typing import Literal

from .base import DnsName, HttpUrl, Model
from .network import Ipv4Address
from .secret_ref import SecretRefText


class InternalDns(Model):
    """A Technitium server and the zone we manage there."""

    provider: Literal["technitium"]
    """Kind of DNS server."""
    gateway: Ipv4Address
    """Address that the names of the zone lead to, inside a declared network."""
    api_url: HttpUrl
    """HTTP API of the server."""
    zone: DnsName
    """The zone we manage."""
    write: bool = False
    """Whether records are written; otherwise differences are only shown."""
    token: SecretRefText | None = None
    """Ref of the API token; only for writing."""
