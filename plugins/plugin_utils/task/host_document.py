# SPDX-License-Identifier: GPL-3.0-or-later
"""The document of a host, as a task is given it: no older than the topology."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ..errors import InfraError
from ..host.document import HostDocument
from ..topology.digest import TopologyDigest
from ..topology.freshness import StaleInventoryError, require_current


def require_current_document(task: ActionBase, document: HostDocument, variables: Mapping[str, Any]) -> None:
    """Raises StaleInventoryError when ``document`` was not made from the topology as it is now, InfraError when nobody
    can tell. One that was made by hand says nothing of a topology, and passes.
    """
    made_from = document.get("topology")
    if made_from is None:
        return
    source, digest = (_text(task, variables.get(name)) for name in ("topology_source", "topology_digest"))
    if not source or not digest:
        raise InfraError(
            "host_document: cannot be compared with its topology, as topology_source and topology_digest are no "
            "variables of this host; use the inventory as fractalops.infra.topology makes it"
        )
    then = TopologyDigest.parse(digest)
    if then.short != made_from:
        what = f"host_document was made when the topology was {made_from}, the variables of its group at {then.short}"
        raise StaleInventoryError(source, what)
    require_current(source, then)


def _text(task: ActionBase, value: Any) -> str:
    return "" if value is None else str(task._templar.template(value))
