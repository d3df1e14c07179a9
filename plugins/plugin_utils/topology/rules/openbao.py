# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the way to OpenBao."""

from __future__ import annotations

from collections.abc import Iterator

from ..loopback import is_loopback
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation


def secrets_travel_encrypted(topology: Topology) -> Iterator[Violation]:
    """OpenBao is reached over https, unless it is on the same machine."""
    addresses: list[tuple[Path, str]] = [(("openbao", "address"), topology.openbao.address)]
    addresses += [(("clusters", name, "openbao_address"), c.openbao_address) for name, c in topology.clusters.items()]
    for path, address in addresses:
        if not address.startswith("https://") and not is_loopback(address):
            yield Violation(path, "secrets would travel in plain text", "use https")
