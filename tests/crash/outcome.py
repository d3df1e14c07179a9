# SPDX-License-Identifier: GPL-3.0-or-later
"""What is found on the disk after each power cut there may be."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from .tree import Inode
from .volatile_disk import Moment

Found = TypeVar("Found")
SEED = 1


class Outcomes(Generic[Found]):
    """Looks at what is left by way of ``look``, which gets the folder the disk was on; equal disks are looked at once.

    Names that start with one of ``hidden`` are left out with what is below: nobody looks there.
    """

    def __init__(self, scratch: Path, look: Callable[[Path], Found], *hidden: str) -> None:
        self._scratch = scratch
        self._look = look
        self._hidden = hidden
        self._chance = random.Random(SEED)
        self._known: dict[frozenset[tuple[str, Inode]], Found] = {}

    def of(self, moments: Sequence[Moment]) -> set[Found]:
        """Everything that may be found after a cut at one of ``moments``."""
        found: set[Found] = set()
        for moment, following in zip(moments, [*moments[1:], None], strict=True):
            # What is open at a moment is open at the next too, unless that made some of it sure.
            ends = following is None or len(following.pending) <= len(moment.pending)
            found |= self._at(moment, thorough=ends)
        return found

    def at(self, moment: Moment) -> set[Found]:
        """What may be found after a cut at ``moment``."""
        return self._at(moment, thorough=True)

    def _at(self, moment: Moment, *, thorough: bool) -> set[Found]:
        trees = moment.cuts(self._chance, self._hidden, thorough=thorough)
        distinct = {tree.key(): tree for tree in trees}
        for key, tree in distinct.items():
            if key not in self._known:
                self._known[key] = self._look(tree.write(self._scratch / str(len(self._known))))
        return {self._known[key] for key in distinct}
