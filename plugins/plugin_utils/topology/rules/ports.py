# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the TCP ports of a host."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.runtime_asset import LxcAsset
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .assets import lxc_assets


def service_ports_are_unique_per_host(topology: Topology) -> Iterator[Violation]:
    """Two services on one host must not listen on the same TCP port."""
    for asset_id, asset in lxc_assets(topology):
        yield from _shared_ports(("runtime_assets", asset_id, "services"), asset)


def _shared_ports(services: Path, asset: LxcAsset) -> Iterator[Violation]:
    first: dict[int, tuple[str, str]] = {}
    for name, service in asset.services.items():
        for purpose, port in service.ports.items():
            owner = first.setdefault(port, (name, purpose))
            if owner != (name, purpose):
                yield Violation(
                    (*services, name, "ports", purpose),
                    f"port {port} is already used by {owner[0]!r}",
                    "choose another port or move one service",
                    first=(*services, owner[0], "ports", owner[1]),
                )
