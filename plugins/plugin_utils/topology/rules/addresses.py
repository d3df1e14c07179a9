# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about IPv4 addresses and the networks they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .assets import lxc_assets


def networks_start_at_their_first_address(topology: Topology) -> Iterator[Violation]:
    """A network is written with its own address, so that 10.20.30.7/24 cannot hide a typing error."""
    for name, network in topology.networks.items():
        exact = str(IPv4Network(network.cidr, strict=False))
        if exact != network.cidr:
            yield Violation(("networks", name, "cidr"), "the network starts elsewhere", f"write {exact}")


def networks_do_not_overlap(topology: Topology) -> Iterator[Violation]:
    """An address belongs to one network only."""
    ranges = {name: IPv4Network(network.cidr, strict=False) for name, network in topology.networks.items()}
    order = {name: number for number, name in enumerate(ranges)}
    reaching: str | None = None
    for name in sorted(ranges, key=ranges.__getitem__):
        if reaching is not None and ranges[name].overlaps(ranges[reaching]):
            one, other = sorted((name, reaching), key=order.__getitem__)
            path = ("networks", other, "cidr")
            yield Violation(path, f"overlaps network {one!r}", "change one of them", first=("networks", one, "cidr"))
        if reaching is None or ranges[name].broadcast_address > ranges[reaching].broadcast_address:
            reaching = name


def gateways_are_hosts_of_their_network(topology: Topology) -> Iterator[Violation]:
    """A gateway is an address that a host of the network can reach directly."""
    for name, network in topology.networks.items():
        path = ("networks", name, "gateway")
        yield from _host_address(path, network.gateway, name, IPv4Network(network.cidr, strict=False))


def lxc_addresses_are_hosts_of_their_network(topology: Topology) -> Iterator[Violation]:
    """An LXC host has an address of its network: not the network's own, not its broadcast address."""
    ranges = {name: IPv4Network(network.cidr, strict=False) for name, network in topology.networks.items()}
    bounds = {name: (int(each.network_address), int(each.broadcast_address)) for name, each in ranges.items()}
    for asset_id, asset in lxc_assets(topology):
        binding = asset.binding
        if binding.network in ranges:
            first, last = bounds[binding.network]
            if not first < int(IPv4Address(binding.address)) < last:
                path = ("runtime_assets", asset_id, "binding", "address")
                yield from _host_address(path, binding.address, binding.network, ranges[binding.network])


def addresses_are_unique(topology: Topology) -> Iterator[Violation]:
    """No two of gateways, nodes and LXC hosts have the same address."""
    first: dict[str, tuple[str, Path]] = {}
    for address, owner, path in _owned_addresses(topology):
        if address in first:
            owner_of_first, path_of_first = first[address]
            what = f"address {address} is already used by {owner_of_first}"
            yield Violation(path, what, f"give {owner} another address", first=path_of_first)
        else:
            first[address] = (owner, path)


def _owned_addresses(topology: Topology) -> Iterator[tuple[str, str, Path]]:
    """Address, owner in words, and where it is written."""
    for name, network in topology.networks.items():
        yield network.gateway, f"the gateway of {name!r}", ("networks", name, "gateway")
    for name, node in topology.nodes.items():
        yield node.address, repr(name), ("nodes", name, "address")
    for asset_id, asset in lxc_assets(topology):
        yield asset.binding.address, repr(asset_id), ("runtime_assets", asset_id, "binding", "address")


def _host_address(path: Path, address: str, name: str, network: IPv4Network) -> Iterator[Violation]:
    place = IPv4Address(address)
    hint = f"use an address between {network[1]} and {network[-2]}"
    if place not in network:
        yield Violation(path, f"{address} is outside network {name!r} ({network})", hint)
    elif place == network.network_address:
        yield Violation(path, f"{address} is the address of network {name!r} itself", hint)
    elif place == network.broadcast_address:
        yield Violation(path, f"{address} is the broadcast address of network {name!r}", hint)
