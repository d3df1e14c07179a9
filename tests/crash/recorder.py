# SPDX-License-Identifier: GPL-3.0-or-later
"""Watches what a program does to a folder, call by call, and keeps what a volatile disk would know of it."""

from __future__ import annotations

import builtins
import ctypes
import functools
import io
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from .tree import ROOT, Inode, Names, read
from .volatile_disk import Change, Moment, apply, closed

#: Calls that change names, or make a file.
CHANGING = {
    os: ("open", "mkdir", "rmdir", "link", "symlink", "rename", "replace", "unlink", "remove"),
    io: ("open",),
    builtins: ("open",),
}


class Recorder:
    """Everything below ``root`` is on the disk when it begins, but what is below the folders ``memory``."""

    def __init__(self, root: Path, memory: Sequence[str] = ()) -> None:
        self._root = str(root)
        self._memory = {os.path.join(self._root, name) for name in memory}
        self._lock = threading.RLock()
        self._is_looking = False
        self._known: dict[tuple[int, int], int] = {}
        self._numbers = 0
        self._seen: tuple[Names, dict[int, Inode]] = ({}, {})
        self._seen = self._look()
        self._names, self._sure = dict(self._seen[0]), dict(self._seen[1])
        self._ever = dict(self._seen[1])
        self._pending: list[Change] = []
        self.moments: list[Moment] = []
        """After every call that changed something, or made it sure."""

    def changed(self, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do a call that may change names."""
        with self._lock:
            result = call(*arguments, **named)
            if not self._is_looking:
                self._notice(f"{call.__name__} {arguments[:2]}")
            return result

    def synced(self, call: Callable[..., Any], descriptor: int) -> Any:
        """Do an fsync."""
        with self._lock:
            result = call(descriptor)
            state = os.fstat(descriptor)
            number = self._known.get((state.st_dev, state.st_ino))
            self._notice(f"fsync of {os.readlink(f'/proc/self/fd/{descriptor}')}", [] if number is None else [number])
            return result

    def synced_all(self, call: Callable[..., Any], *arguments: Any) -> Any:
        """Do a sync of the whole file system; one that failed made nothing sure."""
        with self._lock:
            result = call(*arguments)
            self._notice("sync of everything", [] if result else None)
            return result

    def end(self) -> None:
        """What was written after the last call counts too."""
        with self._lock:
            self._notice("the end")
            self.moments.append(self._moment("the end"))

    def _notice(self, after: str, synced: Sequence[int] | None = ()) -> None:
        """Look at what changed; then ``synced`` are sure, None for all."""
        before, self._seen = self._seen[0], self._look()
        names, inodes = self._seen
        change: Change = {
            place: names.get(place) for place in {*before, *names} if before.get(place) != names.get(place)
        }
        if change:
            self._pending.append(change)
        numbers = {ROOT, *inodes} if synced is None else set(synced)
        if any(self._sure.get(number) != inodes.get(number) for number in numbers):
            self.moments.append(self._moment("before " + after))  # what was written since is open until then
        self._make_sure(numbers)
        if change or numbers:
            self.moments.append(self._moment(after))

    def _make_sure(self, numbers: set[int]) -> None:
        self._sure.update({number: self._seen[1][number] for number in numbers if number in self._seen[1]})
        of_these = [n for n, one in enumerate(self._pending) if any(folder in numbers for folder, _name in one)]
        reached = closed(self._pending, of_these)
        for number in reached:
            apply(self._names, self._pending[number])
        self._pending = [one for n, one in enumerate(self._pending) if n not in set(reached)]

    def _moment(self, after: str) -> Moment:
        self._ever.update(self._seen[1])  # what was removed may still be there after a cut
        return Moment(after, dict(self._names), tuple(self._pending), dict(self._sure), dict(self._ever))

    def _look(self) -> tuple[Names, dict[int, Inode]]:
        names: Names = {}
        inodes: dict[int, Inode] = {}
        fresh: dict[tuple[int, int], int] = {}
        self._is_looking = True
        try:
            self._look_into(self._root, ROOT, names, inodes, fresh)
        finally:
            self._is_looking = False
        self._known = {**fresh, _key(self._root): ROOT}
        return names, inodes

    def _look_into(
        self, path: str, folder: int, names: Names, inodes: dict[int, Inode], fresh: dict[tuple[int, int], int]
    ) -> None:
        for name in sorted(os.listdir(path)):
            below = os.path.join(path, name)
            key, inode = read(below)
            if inode is None or below in self._memory:
                continue
            number = fresh.setdefault(key, self._known.get(key) or self._next())
            names[(folder, name)], inodes[number] = number, inode
            if os.path.isdir(below) and not os.path.islink(below):
                self._look_into(below, number, names, inodes, fresh)

    def _next(self) -> int:
        self._numbers += 1
        return self._numbers


class _Library:
    """The C library, of which two calls are watched."""

    def __init__(self, real: Any, recorder: Recorder) -> None:
        self._real = real
        self._watched = {"renameat2": recorder.changed, "syncfs": recorder.synced_all}

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._real, name)
        return functools.partial(self._watched[name], call) if name in self._watched else call


def _key(path: str) -> tuple[int, int]:
    state = os.stat(path)
    return state.st_dev, state.st_ino


@contextmanager
def recorded(root: Path, memory: Sequence[str] = ()) -> Iterator[Recorder]:
    """What this process does to ``root`` meanwhile; ``memory`` are folders in it that no disk is under."""
    recorder = Recorder(root, memory)
    real = ctypes.CDLL
    patches: list[Any] = [
        mock.patch.object(module, name, functools.partial(recorder.changed, getattr(module, name)))
        for module, names in CHANGING.items()
        for name in names
    ]
    patches.append(mock.patch.object(os, "fsync", functools.partial(recorder.synced, os.fsync)))
    patches.append(mock.patch.object(ctypes, "CDLL", lambda *names, **how: _Library(real(*names, **how), recorder)))
    for patch in patches:
        patch.start()
    try:
        yield recorder
        recorder.end()
    finally:
        for patch in reversed(patches):
            patch.stop()
