# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of a host, as a task is given it: no older than the topology it was made from."""

from __future__ import annotations

from ..host.document import HostDocument
from ..topology.digest import TopologyDigest
from ..topology.freshness import require_current


def require_current_document(document: HostDocument) -> None:
    """Raises StaleInventoryError when ``document`` was not made from the topology as it is now.

    One that was made by hand says nothing of a topology, and passes.
    """
    origin = document.get("topology")
    if origin is not None:
        require_current(origin["source"], TopologyDigest(origin["files"]))
