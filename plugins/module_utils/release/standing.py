# SPDX-License-Identifier: GPL-3.0-or-later
"""A release on disk against its manifest, by what the file system says of each file; contents are not read."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from . import directory
from .extraction import MODES
from .manifest import Entries, Entry
from .member import Kind


def damaged(parent: int, name: str, entries: Entries, path: Path) -> list[str]:
    """What is missing, changed or too much in the release ``name``; names relative to it."""
    folder = directory.entered(parent, name, path)
    try:
        found = _found(folder, "")
    finally:
        os.close(folder)
    wrong = [f"{entry} is missing" for entry in sorted(set(entries) - set(found))]
    wrong += [f"{entry} is not of this release" for entry in sorted(set(found) - set(entries))]
    return wrong + [f"{entry} was changed" for entry in sorted(entries) if _differs(found.get(entry), entries[entry])]


def _found(folder: int, prefix: str) -> dict[str, tuple[os.stat_result, str]]:
    found = {}
    with os.scandir(folder) as listed:
        names = sorted(entry.name for entry in listed)
    for name in names:
        state = os.lstat(name, dir_fd=folder)
        target = os.readlink(name, dir_fd=folder) if stat.S_ISLNK(state.st_mode) else ""
        found[prefix + name] = (state, target)
        if stat.S_ISDIR(state.st_mode):
            below = os.open(name, directory.FLAGS, dir_fd=folder)
            try:
                found.update(_found(below, f"{prefix}{name}/"))
            finally:
                os.close(below)
    return found


def _differs(found: tuple[os.stat_result, str] | None, entry: Entry) -> bool:
    if found is None:
        return False
    state, target = found
    if entry.kind is Kind.LINK:
        return not stat.S_ISLNK(state.st_mode) or target != entry.content
    is_type = stat.S_ISDIR if entry.kind is Kind.FOLDER else stat.S_ISREG
    is_same = is_type(state.st_mode) and stat.S_IMODE(state.st_mode) == MODES[entry.kind]
    return not is_same or (entry.kind is not Kind.FOLDER and state.st_size != entry.size)
