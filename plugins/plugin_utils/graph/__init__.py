# SPDX-License-Identifier: GPL-3.0-or-later
"""What runs where, as Mermaid text or as one HTML page with a picture. Pure: the same topology, the same bytes."""

from __future__ import annotations

from ..topology.model.topology import Topology
from .mermaid import mermaid_text
from .page import graph_page
from .topology_graph import topology_graph

__all__ = ["FORMATS", "draw"]

_DRAWN = {"mermaid": mermaid_text, "html": graph_page}
FORMATS = tuple(_DRAWN)


def draw(topology: Topology, form: str) -> str:
    """``topology`` in one of FORMATS."""
    return _DRAWN[form](topology_graph(topology))
