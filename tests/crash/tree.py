# SPDX-License-Identifier: GPL-3.0-or-later
"""A file system as plain data: folders, files and links by number, and names that lead to them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: The folder everything is below.
ROOT = 0


@dataclass(frozen=True)
class Folder:
    """Only its mode: the names in it are changes of their own."""

    mode: int


@dataclass(frozen=True)
class File:
    """What one holds."""

    mode: int
    content: bytes


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


Inode = Folder | File | Link
#: A folder by number, and a name in it.
Place = tuple[int, str]
#: Names by folder.
Names = dict[Place, int]


@dataclass(frozen=True)
class Tree:
    """What can be reached from ROOT, by path."""

    inodes: Mapping[str, Inode]

    @classmethod
    def of(cls, names: Names, inodes: Mapping[int, Inode], hidden: tuple[str, ...] = ()) -> Tree:
        """The tree that ``names`` and ``inodes`` make, without names that start as one of ``hidden``."""
        below: dict[int, list[tuple[str, int]]] = {}
        for (folder, name), number in names.items():
            if not name.startswith(hidden):
                below.setdefault(folder, []).append((name, number))
        return cls(dict(_paths(ROOT, "", below, inodes)))

    def write(self, root: Path) -> Path:
        """Make it real, below the folder ``root``, which is new."""
        root.mkdir(parents=True)
        for path, inode in sorted(self.inodes.items()):
            place = root / path
            if isinstance(inode, Folder):
                place.mkdir()
            elif isinstance(inode, Link):
                os.symlink(inode.target, str(place))
            else:
                place.write_bytes(inode.content)
        for path, inode in sorted(self.inodes.items(), reverse=True):
            if not isinstance(inode, Link):
                (root / path).chmod(inode.mode)
        return root

    def key(self) -> frozenset[tuple[str, Inode]]:
        """Equal for equal trees."""
        return frozenset(self.inodes.items())


def read(path: str) -> tuple[tuple[int, int], Inode | None]:
    """Device and inode number of what is at ``path``, and what it is; None for other kinds."""
    state = os.lstat(path)
    mode = stat.S_IMODE(state.st_mode)
    inode: Inode | None = None
    if stat.S_ISDIR(state.st_mode):
        inode = Folder(mode)
    elif stat.S_ISLNK(state.st_mode):
        inode = Link(os.readlink(path))
    elif stat.S_ISREG(state.st_mode):
        inode = File(mode, Path(path).read_bytes())
    return (state.st_dev, state.st_ino), inode


def _paths(
    folder: int, prefix: str, below: Mapping[int, list[tuple[str, int]]], inodes: Mapping[int, Inode]
) -> Iterator[tuple[str, Inode]]:
    for name, number in below.get(folder, ()):
        yield prefix + name, inodes[number]
        yield from _paths(number, f"{prefix}{name}/", below, inodes)
