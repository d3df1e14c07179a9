# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk that promises no more than fsync does, and what may be on it when the power goes.

What is modelled: the content and mode of a file are sure from its fsync, the names in a folder from that of the folder,
everything from a syncfs. Of all else, any part may have reached the disk, in any order. A call that changes names is
one step (a rename has both its ends or neither), and names of one place never change in another order than they did.
That is less than ext4, xfs or btrfs promise, whose journals keep the order of names: what holds here holds there.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .tree import File, Folder, Inode, Names, Place, Tree

#: What one call does to names: where they lead now, None where they are gone.
Change = Mapping[Place, int | None]
#: Beside the cases that are made on purpose, at every moment.
RANDOM_CASES = 2


@dataclass(frozen=True)
class Moment:
    """The disk after one call: what is sure, and what only memory knows."""

    after: str
    """The call, for a message."""
    names: Names
    """Those that are sure."""
    pending: tuple[Change, ...]
    """Changes of names that are not, oldest first."""
    sure: Mapping[int, Inode]
    written: Mapping[int, Inode]

    def cuts(self, chance: random.Random, hidden: tuple[str, ...] = (), *, thorough: bool) -> Iterator[Tree]:
        """What may be on the disk when the power goes now; some of it comes more than once.

        ``thorough`` also loses and keeps every change alone, which is worth it before something becomes sure.
        """
        every = range(len(self.pending))
        none, half, all_of_it = ({number: self._may_be(number)[n] for number in self.written} for n in (0, 1, 2))
        chosen = [[], list(every)]
        if thorough:
            chosen += [*([one] for one in every), *([n for n in every if n != one] for one in every)]
        for kept in chosen:
            yield self._tree(kept, none, hidden)
            yield self._tree(kept, all_of_it, hidden)
        yield self._tree(list(every), half, hidden)
        for _case in range(RANDOM_CASES):
            kept = [one for one in every if chance.random() < 0.5]
            yield self._tree(kept, {one: chance.choice(self._may_be(one)) for one in self.written}, hidden)

    def _may_be(self, number: int) -> Sequence[Inode]:
        """What an inode may hold, from the least to all."""
        new = self.written[number]
        if isinstance(new, File):
            old = self.sure.get(number, File(0o600, b""))
            return old, File(new.mode, _half(old.content if isinstance(old, File) else b"", new.content)), new
        if isinstance(new, Folder):
            old = self.sure.get(number, Folder(0o700))
            return old, new, new
        return new, new, new

    def _tree(self, kept: Sequence[int], inodes: Mapping[int, Inode], hidden: tuple[str, ...]) -> Tree:
        names = dict(self.names)
        for one in closed(self.pending, kept):
            apply(names, self.pending[one])
        return Tree.of(names, {**self.sure, **inodes}, hidden)


def apply(names: Names, change: Change) -> None:
    """Do ``change`` to ``names``."""
    for place, number in change.items():
        if number is None:
            names.pop(place, None)
        else:
            names[place] = number


def closed(pending: Sequence[Change], kept: Sequence[int]) -> list[int]:
    """``kept``, and every earlier change of a place that one of those changes."""
    found: set[int] = set()
    places: set[Place] = set()
    for number in reversed(range(len(pending))):
        if number in kept or not places.isdisjoint(pending[number]):
            found.add(number)
            places.update(pending[number])
    return sorted(found)


def _half(old: bytes, new: bytes) -> bytes:
    """What is there of a write that was cut: a file that grew has part of its end, any other part of itself."""
    begun = len(old) if new.startswith(old) else 0
    return new[: begun + (len(new) - begun) // 2]
