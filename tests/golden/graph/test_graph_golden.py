# SPDX-License-Identifier: GPL-3.0-or-later
"""A topology with one of everything that is drawn and, byte for byte, its Mermaid text.

After a change that is meant, write it again and read the diff:
``PYTHONPATH=.cache/collections python tests/golden/graph/test_graph_golden.py``
"""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.graph import draw
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

HERE = Path(__file__).parent
EXPECTED = HERE / "expected" / "topology.mmd"


def drawn() -> str:
    return draw(load_topology(HERE / "topology.yml").topology, "mermaid")


def test_the_mermaid_text_is_byte_for_byte_as_expected():
    assert drawn() == EXPECTED.read_text(encoding="utf-8")


if __name__ == "__main__":
    EXPECTED.write_text(drawn(), encoding="utf-8")
