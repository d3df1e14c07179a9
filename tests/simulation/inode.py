# SPDX-License-Identifier: GPL-3.0-or-later
"""A file, folder or link of the simulated disk: what a process sees of it, and what a power cut leaves of it.

Only fsync makes anything durable: of a file its content, of a folder its names. Nothing else is promised, as in POSIX,
so a name may reach the disk before the content behind it, and one folder before another.
"""

from __future__ import annotations

import itertools
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field

FILE, FOLDER, LINK = stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK
_numbers = itertools.count(2)

#: Names of one folder that change together, since one rename changed them: name → inode, or None where it goes away.
Change = dict[str, "Inode | None"]


@dataclass(eq=False, slots=True)
class Inode:
    """``content`` is that of a file, or the target of a link; ``names`` are those in a folder."""

    kind: int
    mode: int
    modified: float
    content: bytes = b""
    names: dict[str, Inode] = field(default_factory=dict)
    links: int = 1
    #: What fsync has made durable.
    synced_content: bytes | None = None
    synced_names: dict[str, Inode] = field(default_factory=dict)
    #: What has changed in a folder since.
    pending: list[Change] = field(default_factory=list)
    number: int = field(default_factory=lambda: next(_numbers))

    def change(self, change: Change) -> None:
        """Names of this folder, seen at once and durable only after ``sync``."""
        apply(self.names, change)
        self.pending.append(change)

    def sync(self) -> None:
        """What fsync does."""
        if self.kind == FOLDER:
            self.synced_names = dict(self.names)
            self.pending.clear()
        else:
            self.synced_content = self.content

    def below(self) -> Iterator[Inode]:
        """This one and all that can be reached from it."""
        yield self
        for inode in self.names.values():
            yield from inode.below()

    def copy(self, known: dict[int, Inode] | None = None) -> Inode:
        """The same tree once more, with what is and what is not durable."""
        known = {} if known is None else known
        if self.number in known:
            return known[self.number]
        made = Inode(self.kind, self.mode, self.modified, self.content, links=self.links, number=self.number)
        known[self.number] = made
        made.synced_content = self.synced_content
        made.names = {name: inode.copy(known) for name, inode in self.names.items()}
        made.synced_names = {name: inode.copy(known) for name, inode in self.synced_names.items()}
        made.pending = [
            {name: inode and inode.copy(known) for name, inode in change.items()} for change in self.pending
        ]
        return made


def apply(names: dict[str, Inode], change: Change) -> None:
    for name, inode in change.items():
        if inode is None:
            names.pop(name, None)
        else:
            names[name] = inode
