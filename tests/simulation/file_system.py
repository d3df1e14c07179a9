# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated file system: what the calls of Linux do to inodes. Errors are OSError, with the numbers of Linux."""

from __future__ import annotations

import errno
import functools
import os
from typing import NamedTuple

from ansible_collections.fractalops.infra.tests.simulation.inode import (
    FILE,
    FOLDER,
    LINK,
    Change,
    Inode,
)
from ansible_collections.fractalops.infra.tests.simulation.loss import Loss, after_power_cut

#: Empty after a boot.
VOLATILE = ("run", "proc", "tmp")
MOST_LINKS = 40


def error(number: int, path: object, other: object = None) -> OSError:
    """As the interpreter raises it."""
    return OSError(number, os.strerror(number), path, None, other)


@functools.lru_cache(maxsize=1 << 14)
def _parts(path: str) -> tuple[str, ...]:
    """Its names, the last one first."""
    return tuple(part for part in path.split("/") if part and part != ".")[::-1]


@functools.lru_cache(maxsize=1 << 14)
def _split(path: str) -> tuple[tuple[str, ...], str]:
    """Its folders and its last name."""
    parts = _parts(path)[::-1]
    return parts[:-1], parts[-1] if parts else ""


class Place(NamedTuple):
    """Where a path leads: a name in a folder, and what is there, if anything."""

    folder: Inode
    name: str
    inode: Inode | None


class FileSystem:
    """One tree; ``now`` is the wall clock in seconds, for the times of files."""

    def __init__(self, root: Inode | None = None) -> None:
        self.root = root or Inode(FOLDER, 0o755, 0.0)
        self.now = 0.0

    def copy(self) -> FileSystem:
        """The same once more."""
        return FileSystem(self.root.copy())

    def cut_power(self, loss: Loss) -> None:
        """Only what the disk holds is left; what lives in memory is empty."""
        self.root = after_power_cut(self.root, loss)
        for name in VOLATILE:
            self.root.names[name] = self.root.synced_names[name] = Inode(FOLDER, 0o755, self.now)

    def sync_all(self) -> None:
        """Everything is durable."""
        for inode in self.root.below():
            inode.sync()

    def place(self, path: str, base: Inode | None = None, *, follow: bool = True) -> Place:
        """Where ``path`` leads, from ``base`` unless it is absolute; ``follow`` a link at its end or not."""
        start = current = self.root if base is None or path[0] == "/" else base
        folders, name = _split(path)
        for folder in folders:
            inside = current.names.get(folder)
            if inside is None or inside.kind != FOLDER:
                return self._walked(path, start, follow=follow)
            current = inside
        inode = current.names.get(name)
        if name in ("", "..") or current.kind != FOLDER or (inode is not None and follow and inode.kind == LINK):
            return self._walked(path, start, follow=follow)
        return Place(current, name, inode)

    def _walked(self, path: str, start: Inode, *, follow: bool) -> Place:
        """The same where a link or two dots are on the way, or nothing is."""
        current = start
        above: list[Inode] = []
        parts = list(_parts(path))
        name, followed = "", 0
        while parts:
            name = parts.pop()
            inode = self._inside(current, name, path)
            if name == "..":
                current, name = above.pop() if above else current, ""
                continue
            if inode is not None and inode.kind == LINK and (parts or follow):
                followed += 1
                if followed > MOST_LINKS:
                    raise error(errno.ELOOP, path)
                target = inode.content.decode()
                if target.startswith("/"):
                    above, current = [], self.root
                parts.extend(_parts(target))
            elif not parts:
                return Place(current, name, inode)
            elif inode is None:
                raise error(errno.ENOENT, path)
            else:
                above.append(current)
                current = inode
        return Place(current, "", current)

    @staticmethod
    def _inside(folder: Inode, name: str, path: str) -> Inode | None:
        if folder.kind != FOLDER:
            raise error(errno.ENOTDIR, path)
        return folder.names.get(name)

    def find(self, path: str, base: Inode | None = None, *, follow: bool = True) -> Inode:
        """What is there."""
        inode = self.place(path, base, follow=follow).inode
        if inode is None:
            raise error(errno.ENOENT, path)
        return inode

    def open(self, path: str, flags: int, mode: int, base: Inode | None = None) -> Inode:
        """What ``open`` gives a descriptor to, made or emptied as the flags say."""
        exclusive = bool(flags & os.O_CREAT and flags & os.O_EXCL)
        place = self.place(path, base, follow=not (flags & os.O_NOFOLLOW or exclusive))
        inode = place.inode
        if inode is None:
            if not flags & os.O_CREAT:
                raise error(errno.ENOENT, path)
            inode = Inode(FILE, mode, self.now)
            self._set(place.folder, {place.name: inode})
            return inode
        self._require_openable(inode, path, flags, exclusive=exclusive)
        if flags & os.O_TRUNC:
            inode.content, inode.modified = b"", self.now
        return inode

    @staticmethod
    def _require_openable(inode: Inode, path: str, flags: int, *, exclusive: bool) -> None:
        writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
        for number, is_so in (
            (errno.EEXIST, exclusive),
            (errno.ENOTDIR, flags & os.O_DIRECTORY and inode.kind != FOLDER),
            (errno.ELOOP, inode.kind == LINK),
            (errno.EISDIR, writes and inode.kind == FOLDER),
        ):
            if is_so:
                raise error(number, path)

    def write(self, inode: Inode, content: bytes, *, append: bool) -> None:
        """Add ``content`` to the file, or replace what it holds."""
        inode.content = inode.content + content if append else content
        inode.modified = self.now

    def mkdir(self, path: str, mode: int, base: Inode | None = None) -> None:
        """A folder."""
        place = self._free(path, base)
        self._set(place.folder, {place.name: Inode(FOLDER, mode, self.now)})

    def symlink(self, target: str, path: str, base: Inode | None = None) -> None:
        """A link to ``target``."""
        place = self._free(path, base)
        made = Inode(LINK, 0o777, self.now, target.encode())
        self._set(place.folder, {place.name: made})

    def _free(self, path: str, base: Inode | None) -> Place:
        place = self.place(path, base, follow=False)
        if place.inode is not None:
            raise error(errno.EEXIST, path)
        return place

    def unlink(self, path: str, base: Inode | None = None) -> None:
        """Take a name away; not that of a folder."""
        place = self.place(path, base, follow=False)
        if place.inode is None:
            raise error(errno.ENOENT, path)
        if place.inode.kind == FOLDER:
            raise error(errno.EISDIR, path)
        self._set(place.folder, {place.name: None})

    def rmdir(self, path: str, base: Inode | None = None) -> None:
        """Take an empty folder away."""
        place = self.place(path, base, follow=False)
        if place.inode is None:
            raise error(errno.ENOENT, path)
        if place.inode.kind != FOLDER:
            raise error(errno.ENOTDIR, path)
        if place.inode.names:
            raise error(errno.ENOTEMPTY, path)
        self._set(place.folder, {place.name: None})

    def rename(self, old: str, new: str, old_base: Inode | None = None, new_base: Inode | None = None) -> None:
        """Move a name over whatever had the new one; within a folder at once, and only there."""
        source, target = self.place(old, old_base, follow=False), self.place(new, new_base, follow=False)
        if source.inode is None:
            raise error(errno.ENOENT, old, new)
        if target.folder in source.inode.below():
            raise error(errno.EINVAL, old, new)
        if target.inode is not None and source.folder in target.inode.below():
            raise error(errno.ENOTEMPTY, old, new)
        self._require_replaceable(source.inode, target.inode, old, new)
        if source.folder is target.folder:
            self._set(source.folder, {source.name: None, target.name: source.inode})
        else:
            self._set(target.folder, {target.name: source.inode})
            self._set(source.folder, {source.name: None})

    @staticmethod
    def _require_replaceable(source: Inode, target: Inode | None, old: str, new: str) -> None:
        if target is None or target is source:
            return
        if target.kind == FOLDER and source.kind != FOLDER:
            raise error(errno.EISDIR, old, new)
        if target.kind != FOLDER and source.kind == FOLDER:
            raise error(errno.ENOTDIR, old, new)
        if target.names:
            raise error(errno.ENOTEMPTY, old, new)

    def readlink(self, path: str, base: Inode | None = None) -> str:
        """Where a link leads."""
        inode = self.find(path, base, follow=False)
        if inode.kind != LINK:
            raise error(errno.EINVAL, path)
        return inode.content.decode()

    def _set(self, folder: Inode, change: Change) -> None:
        folder.change(change)
        folder.modified = self.now

    # For the world around a process: paths that are there because somebody else made them.

    def put(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """A file, with the folders above it."""
        self.put_folder(path.rpartition("/")[0])
        inode = self.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        self.write(inode, content.encode() if isinstance(content, str) else content, append=False)

    def put_folder(self, path: str) -> None:
        """A folder, with those above it."""
        current = self.root
        for name in path.split("/"):
            if name and name not in current.names:
                self._set(current, {name: Inode(FOLDER, 0o755, self.now)})
            current = current.names[name] if name else current

    def put_link(self, path: str, target: str) -> None:
        """A link in place of whatever was there."""
        place = self.place(path, follow=False)
        self._set(place.folder, {place.name: Inode(LINK, 0o777, self.now, target.encode())})

    def text(self, path: str) -> str | None:
        """Of a file; None where none can be read."""
        try:
            inode = self.find(path)
        except OSError:
            return None
        return inode.content.decode(errors="replace") if inode.kind == FILE else None

    def target(self, path: str) -> str | None:
        """Of a link; None where there is none."""
        try:
            return self.readlink(path)
        except OSError:
            return None

    def names(self, path: str) -> list[str]:
        """In a folder, sorted; none where there is none."""
        try:
            return sorted(self.find(path).names)
        except OSError:
            return []

    def links(self, path: str) -> dict[str, str]:
        """Every link at and below ``path`` → where it leads."""
        found: dict[str, str] = {}
        for name in self.names(path):
            inode = self.find(path).names[name]
            if inode.kind == LINK:
                found[f"{path}/{name}"] = inode.content.decode()
            elif inode.kind == FOLDER:
                found.update(self.links(f"{path}/{name}"))
        return found
