# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks and the LXC parents that stand in them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import AbsolutePath, Model
from .kind import text

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
Ipv4Address = Annotated[
    str, text(rf"^{_OCTET}(\.{_OCTET}){{3}}$", "an IPv4 address", "write four numbers such as 10.20.30.21")
]
Ipv4Cidr = Annotated[
    str,
    text(rf"^{_OCTET}(\.{_OCTET}){{3}}/([89]|[12][0-9]|30)$", "an IPv4 network", "write it such as 10.20.30.0/24"),
]


class Network(Model):
    """An address range that LXC hosts live in."""

    cidr: Ipv4Cidr
    """The range, written with its first address."""
    gateway: Ipv4Address
    """Router of the network, one of its addresses."""


class ProxmoxContainers(Model):
    """The containers of the node are managed by Proxmox VE."""

    type: Literal["proxmox"]
    """Kind of tool: ``pct``, which knows containers by their id."""


class LxcContainers(Model):
    """The containers of the node are managed by the tools of LXC."""

    type: Literal["lxc"]
    """Kind of tool: ``lxc-attach`` and the like, which know containers by their name."""
    path: AbsolutePath = "/var/lib/lxc"
    """Folder of the containers."""


Containers = Annotated[ProxmoxContainers | LxcContainers, Field(discriminator="type")]


class Node(Model):
    """An LXC parent."""

    address: Ipv4Address
    """Where the node is reached."""
    containers: Containers | None = None
    """How the node reaches into its containers when their own ssh is dead; without it nobody goes that way."""
