# SPDX-License-Identifier: GPL-3.0-or-later
"""Which box a part of the topology is drawn as."""

from __future__ import annotations

from ..topology.position import Path

#: Sections whose parts have boxes of their own; of the others, one box stands for the whole.
SECTIONS_WITH_BOXES = frozenset({"runtime_assets", "runtime_dependencies"})


def asset_id(name: str) -> str:
    """Id of the box of an asset."""
    return f"asset-{name}"


def connector_id(name: str) -> str:
    """Id of the box of a connector."""
    return f"connector-{name}"


def dependency_id(name: str) -> str:
    """Id of the box of an entry of ``runtime_dependencies``."""
    return f"dependency-{name}"


def section_id(name: str) -> str:
    """Id of the box of a section of the topology."""
    return f"section-{name.replace('_', '-')}"


def box_of(path: Path) -> str:
    """Id of the box in which the value at ``path`` stands."""
    section, name = str(path[0]), str(path[1])
    if section == "runtime_assets":
        return asset_id(name)
    return dependency_id(name) if section == "runtime_dependencies" else section_id(section)
