# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about who acts when nobody is named."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation


def default_principals_are_three(topology: Topology) -> Iterator[Violation]:
    """The defaults for command line, system and audit are different principals, so that a log says who it was."""
    first: dict[str, str] = {}
    for name, principal in vars(topology.principal_defaults).items() if topology.principal_defaults else ():
        owner = first.setdefault(principal.id, name)
        if owner != name:
            path, other = ("principal_defaults", name, "id"), ("principal_defaults", owner, "id")
            yield Violation(path, f"this is already the principal of {owner!r}", "name another one", first=other)
