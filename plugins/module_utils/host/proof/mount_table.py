# SPDX-License-Identifier: GPL-3.0-or-later
"""What a process sees mounted where.

Source: proc_pid_mountinfo(5).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

_ESCAPED = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Mount:
    """One line of ``mountinfo``."""

    number: str
    parent: str
    device: str
    """``major:minor`` of the file system."""
    root: str
    """The folder of that file system which is seen here."""
    point: str
    options: frozenset[str]
    """Of this place alone, such as ``ro``."""
    kind: str
    """Of the file system, such as ``tmpfs``."""
    super_options: frozenset[str]
    """Of the whole file system."""

    @property
    def is_read_only(self) -> bool:
        """Nobody can write through it."""
        return "ro" in self.options or "ro" in self.super_options

    @property
    def is_inaccessible(self) -> bool:
        """One of the nodes with mode 000 that systemd lays over what a unit must not see."""
        return "/inaccessible/" in self.root


class MountTable:
    """All mounts of one process."""

    def __init__(self, text: str) -> None:
        self.mounts = [_mount(line) for line in text.splitlines()]
        self._children: dict[str, list[Mount]] = {}
        for one in self.mounts:
            self._children.setdefault(one.parent, []).append(one)
        numbers = {one.number for one in self.mounts}
        self._top = next((one for one in self.mounts if one.parent not in numbers or one.parent == one.number), None)

    def at(self, path: str) -> Mount | None:
        """The mount through which ``path`` is seen: from the top down, since a later one hides those below it."""
        mount = self._top
        while mount is not None:
            above = [one for one in self._children.get(mount.number, ()) if one != mount and is_within(path, one.point)]
            if not above:
                break
            mount = min(above, key=lambda one: len(one.point))
        return mount

    def place(self, path: str) -> tuple[str, str] | None:
        """File system and folder in it that ``path`` is: the same for two processes that see the same there."""
        mount = self.at(path)
        if mount is None:
            return None
        return mount.device, posixpath.normpath(posixpath.join(mount.root, posixpath.relpath(path, mount.point)))

    def below(self, path: str) -> Iterable[Mount]:
        """Mounts at ``path`` and below it that are not hidden."""
        return [one for one in self.mounts if is_within(one.point, path) and self.at(one.point) == one]


def is_within(path: str, folder: str) -> bool:
    """``path`` is ``folder`` or lies in it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def _mount(line: str) -> Mount:
    first, _dash, last = line.partition(" - ")
    number, parent, device, root, point, options = first.split(" ")[:6]
    kind, _source, super_options = last.split(" ")[:3]
    return Mount(
        number,
        parent,
        device,
        _plain(root),
        _plain(point),
        frozenset(options.split(",")),
        kind,
        frozenset(super_options.split(",")),
    )


def _plain(escaped: str) -> str:
    """A path without the octal escapes of blanks and backslashes."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 8)), escaped)
