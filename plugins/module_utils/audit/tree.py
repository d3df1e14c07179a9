# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk over folders: one file system each, no link followed, nothing but regular files opened.

Every name is opened below the descriptor of its folder, so a folder that is swapped for a link meanwhile leads nowhere.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

#: Reading leaves no trace in the access time; only the owner and root may ask for that.
_QUIET = getattr(os, "O_NOATIME", 0)
_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY
_CHANGED = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ESTALE, errno.ENXIO})
#: Deeper ones are reported, not entered: each level holds a descriptor.
MAX_DEPTH = 128
TOO_DEEP = "too deep"
ANOTHER_FILE_SYSTEM = "another file system"


class OpenFile(NamedTuple):
    """A regular file, open for reading; the walk closes it."""

    path: bytes
    descriptor: int
    status: os.stat_result
    is_reachable: bool
    """Every local user can enter its folder."""


class _Folder(NamedTuple):
    """An open folder of the walk."""

    path: bytes
    descriptor: int
    device: int
    is_reachable: bool
    depth: int

    def below(self, name: bytes) -> bytes:
        """The path of an entry."""
        return self.path.rstrip(b"/") + b"/" + name if name != b"." else self.path


class Tree:
    """The files below some folders. ``unread`` says what was left out, and why."""

    def __init__(self, pruned: Iterable[bytes]) -> None:
        self._pruned = frozenset(pruned)
        self._entered: set[tuple[int, int]] = set()
        self.unread: dict[bytes, str] = {}

    def files(self, root: bytes) -> Iterator[OpenFile]:
        """Every regular file below ``root``, or ``root`` itself when it is one; a root that does not exist has none."""
        path = os.path.realpath(root)
        above = None if path in self._pruned else self._open(None, os.path.dirname(path), path, os.O_DIRECTORY)
        if above is not None:
            try:
                yield from self._root(path, above)
            finally:
                os.close(above)

    def _root(self, path: bytes, above: int) -> Iterator[OpenFile]:
        """The root seen from the folder that holds it; it may be the top of a file system."""
        name = os.path.basename(path) or b"."
        try:
            status = os.stat(name, dir_fd=above, follow_symlinks=False)
            is_reachable = _is_reachable(os.path.dirname(path))
        except OSError as error:
            self.note(path, error)
            return
        parent = _Folder(os.path.dirname(path), above, status.st_dev, is_reachable, 0)
        yield from self._folder(parent, name) if stat.S_ISDIR(status.st_mode) else self._file(parent, name)

    def _folder(self, parent: _Folder, name: bytes) -> Iterator[OpenFile]:
        """Files first, then folders: one descriptor for each level."""
        path = parent.below(name)
        if parent.depth >= MAX_DEPTH:
            self.unread[path] = TOO_DEEP
            return
        descriptor = self._open(parent.descriptor, name, path, os.O_DIRECTORY)
        if descriptor is None:
            return
        try:
            status = os.fstat(descriptor)
            if self._is_new(path, status, parent.device):
                is_reachable = parent.is_reachable and bool(status.st_mode & 0o001)
                yield from self._entries(_Folder(path, descriptor, parent.device, is_reachable, parent.depth + 1))
        except OSError as error:
            self.note(path, error)
        finally:
            os.close(descriptor)

    def _entries(self, folder: _Folder) -> Iterator[OpenFile]:
        folders: list[bytes] = []
        with os.scandir(folder.descriptor) as entries:
            for entry in entries:
                name = os.fsencode(entry.name)
                if entry.is_dir(follow_symlinks=False):
                    folders.append(name)
                elif entry.is_file(follow_symlinks=False):
                    yield from self._file(folder, name)
        for name in folders:
            if folder.below(name) not in self._pruned:
                yield from self._folder(folder, name)

    def _file(self, folder: _Folder, name: bytes) -> Iterator[OpenFile]:
        path = folder.below(name)
        descriptor = self._open(folder.descriptor, name, path)
        if descriptor is None:
            return
        try:
            status = os.fstat(descriptor)
            if stat.S_ISREG(status.st_mode):
                yield OpenFile(path, descriptor, status, folder.is_reachable)
        except OSError as error:
            self.note(path, error)
        finally:
            os.close(descriptor)

    def _open(self, above: int | None, name: bytes, path: bytes, flags: int = 0) -> int | None:
        """A descriptor of ``name`` in the folder ``above``; None for what is gone, has become a link or is refused."""
        for quiet in (_QUIET, 0):
            try:
                return os.open(name, _FLAGS | flags | quiet, dir_fd=above)
            except PermissionError as error:
                if not quiet:
                    self.note(path, error)
            except OSError as error:
                self.note(path, error)
                break
        return None

    def _is_new(self, path: bytes, status: os.stat_result, device: int) -> bool:
        """Not entered before, and on the file system of its root; a folder that is a root itself is no loss."""
        place = (status.st_dev, status.st_ino)
        if place in self._entered:
            return False
        if status.st_dev != device:
            self.unread[path] = ANOTHER_FILE_SYSTEM
            return False
        self._entered.add(place)
        self.unread.pop(path, None)
        return True

    def note(self, path: bytes, error: OSError) -> None:
        """What vanished or changed its kind while we looked is nothing to report."""
        if error.errno not in _CHANGED:
            self.unread[path] = os.strerror(error.errno) if error.errno else "cannot be read"


def _is_reachable(folder: bytes) -> bool:
    """Every local user can enter the folders above this one, and it."""
    parts = folder.split(b"/")
    above = (b"/".join(parts[:count]) or b"/" for count in range(1, len(parts) + 1))
    return all(os.stat(path).st_mode & 0o001 for path in above)
