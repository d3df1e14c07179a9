# SPDX-License-Identifier: GPL-3.0-or-later
"""From every path of a merge to where it is written."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..position import Path
from .written_path import WrittenPath


@dataclass(slots=True)
class Origins:
    """A tree of the places where another file takes over; what has no node is written where its parent is."""

    written: WrittenPath
    inside: dict[str | int, Origins] = field(default_factory=dict)
    is_mixed: bool = False
    """Several parts say something below; ``written`` is then the first that does."""

    def of(self, path: Path) -> WrittenPath:
        """Where ``path`` is written; of what is not there, where it would be beside the nearest parent that is."""
        here = self
        for done, step in enumerate(path):
            below = here.inside.get(step)
            if below is None:
                return here.written.below(*path[done:])
            here = below
        return here.written
