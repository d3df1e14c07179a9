# SPDX-License-Identifier: GPL-3.0-or-later
"""A release on disk against its manifest, by what the file system says of each file.

Contents are read only of files that were touched after the manifest was written: the time of a file's last change
(``ctime``) is the kernel's own, nobody can set it back but by the clock.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Optional

from . import directory
from .archive import digest_of
from .extraction import MODES
from .manifest import Entries, Entry
from .member import Kind

#: What the file system says of a member; where it leads when it is a link, or its digest when it was touched.
Found = tuple[os.stat_result, Optional[str]]
#: A member, relative to its release, and what is wrong with it.
Wrong = tuple[str, str]
#: The release itself is a folder like those in it.
_ITSELF = {".": Entry(Kind.FOLDER)}


def damaged(parent: int, name: str, entries: Entries, path: Path, since_ns: int) -> list[Wrong]:
    """What is missing, changed or too much in the release ``name``.

    ``since_ns`` is when its manifest was written, in nanoseconds.
    """
    folder = directory.entered(parent, name, path)
    try:
        found = _found(folder, "", since_ns)
    finally:
        os.close(folder)
    wanted = {**_ITSELF, **entries}
    wrong = [(entry, "is missing") for entry in sorted(set(wanted) - set(found))]
    wrong += [(entry, "is not of this release") for entry in sorted(set(found) - set(wanted))]
    return wrong + [(entry, "was changed") for entry in sorted(wanted) if _differs(found.get(entry), wanted[entry])]


def _found(folder: int, prefix: str, since_ns: int) -> dict[str, Found]:
    found: dict[str, Found] = {} if prefix else {".": (os.fstat(folder), None)}
    with os.scandir(folder) as listed:
        names = sorted(entry.name for entry in listed)
    for name in names:
        state = os.lstat(name, dir_fd=folder)
        found[prefix + name] = (state, _content(folder, name, state, since_ns))
        if stat.S_ISDIR(state.st_mode):
            below = os.open(name, directory.FLAGS, dir_fd=folder)
            try:
                found.update(_found(below, f"{prefix}{name}/", since_ns))
            finally:
                os.close(below)
    return found


def _content(folder: int, name: str, state: os.stat_result, since_ns: int) -> str | None:
    if stat.S_ISLNK(state.st_mode):
        return os.readlink(name, dir_fd=folder)
    if not stat.S_ISREG(state.st_mode) or state.st_ctime_ns <= since_ns:
        return None
    with open(os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=folder), "rb") as file:
        return digest_of(file)


def _differs(found: Found | None, entry: Entry) -> bool:
    if found is None:
        return False
    state, content = found
    if state.st_uid not in (0, os.geteuid()) or (content is not None and content != entry.content):
        return True
    if entry.kind is Kind.LINK:
        return not stat.S_ISLNK(state.st_mode)
    is_type = stat.S_ISDIR if entry.kind is Kind.FOLDER else stat.S_ISREG
    is_same = is_type(state.st_mode) and stat.S_IMODE(state.st_mode) == MODES[entry.kind]
    return not is_same or (entry.kind is not Kind.FOLDER and state.st_size != entry.size)
