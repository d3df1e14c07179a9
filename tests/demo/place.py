# SPDX-License-Identifier: GPL-3.0-or-later
"""Where things of the demo live."""

from __future__ import annotations

from pathlib import Path

from ...plugins.plugin_utils.errors import InfraError
from ..lab.place import PROJECT

DEMO = PROJECT / ".cache" / "demo"
INVENTORY = DEMO / "inventory"
TREE = DEMO / "tree"
TOPOLOGY = Path(__file__).with_name("topology.yml")


class DemoError(InfraError):
    """The demo did not show what it is there to show."""


def topology_text() -> str:
    """The demo's topology."""
    return TOPOLOGY.read_text()
