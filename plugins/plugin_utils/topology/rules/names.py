# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the names that become inventory hosts."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation

#: Names that mean something else in an inventory, a pattern or a play.
RESERVED_NAMES = frozenset({"all", "ungrouped", "localhost", "control-plane", "omit", "vars", "groups", "hostvars"})


def host_names_are_unique(topology: Topology) -> Iterator[Violation]:
    """An asset and a cluster never have the same id: both are inventory hosts."""
    for name in topology.clusters:
        if name in topology.runtime_assets:
            hint = "rename one of them"
            yield Violation(
                ("clusters", name), f"{name!r} is also an asset", hint, first=("runtime_assets", name), at_key=True
            )


def host_names_are_not_reserved(topology: Topology) -> Iterator[Violation]:
    """No asset or cluster has a name that Ansible keeps for itself."""
    paths: list[Path] = [("runtime_assets", name) for name in topology.runtime_assets]
    paths += [("clusters", name) for name in topology.clusters]
    for path in paths:
        if path[1] in RESERVED_NAMES:
            yield Violation(path, f"{path[1]!r} is a reserved word of Ansible", "choose another id", at_key=True)
