# SPDX-License-Identifier: GPL-3.0-or-later
"""Networks and the LXC parents that stand in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from .base import Model

_OCTET = r"(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
Ipv4Address = Annotated[str, StringConstraints(pattern=rf"^{_OCTET}(\.{_OCTET}){{3}}$")]
Ipv4Cidr = Annotated[str, StringConstraints(pattern=rf"^{_OCTET}(\.{_OCTET}){{3}}/([12]?[0-9]|3[0-2])$")]


class Network(Model):
    """An address range that LXC hosts live in."""

    cidr: Ipv4Cidr
    gateway: Ipv4Address


class Node(Model):
    """An LXC parent."""

    address: Ipv4Address
