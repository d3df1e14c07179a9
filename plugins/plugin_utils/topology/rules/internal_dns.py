# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the DNS server for names inside the networks."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from ..model.topology import Topology
from ..violation import Violation


def a_dns_token_is_for_writing(topology: Topology) -> Iterator[Violation]:
    """Records are written with a token, and read without one."""
    dns = topology.internal_dns
    if dns is not None and dns.write and dns.token is None:
        yield Violation(("internal_dns", "token"), "writing needs a token", "add its ref, or write: false")
    if dns is not None and not dns.write and dns.token is not None:
        yield Violation(
            ("internal_dns", "token"), "nothing is written, so no token is used", "remove it, or write: true"
        )


def the_dns_gateway_stands_in_a_network(topology: Topology) -> Iterator[Violation]:
    """Names inside the networks lead to an address of one of them."""
    dns = topology.internal_dns
    if dns is None:
        return
    ranges = [IPv4Network(network.cidr, strict=False) for network in topology.networks.values()]
    if not any(IPv4Address(dns.gateway) in network for network in ranges):
        known = ", ".join(map(str, ranges)) or "none is declared"
        yield Violation(("internal_dns", "gateway"), f"{dns.gateway} is in no network", f"use an address of: {known}")
