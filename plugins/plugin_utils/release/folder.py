# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder as a release: what it holds, and the same as a tar archive."""

from __future__ import annotations

import hashlib
import os
import stat
import tarfile
from collections.abc import Iterator
from pathlib import Path

from ...module_utils.release.manifest import Entry
from ...module_utils.release.member import (
    Kind,
    checked_mode,
    checked_name,
    checked_target,
    refuse_leaving_links,
    refused,
)

_MODES = {Kind.FILE: 0o444, Kind.EXECUTABLE: 0o555, Kind.FOLDER: 0o555, Kind.LINK: 0o777}
_TYPES = {Kind.FOLDER: tarfile.DIRTYPE, Kind.LINK: tarfile.SYMTYPE}


def entries(folder: Path) -> dict[str, Entry]:
    """Every member of ``folder``, by name, each file read once. Raises HostError for what a host would refuse."""
    found = dict(_entries(folder, ""))
    refuse_leaving_links({name: entry.content for name, entry in found.items() if entry.kind is Kind.LINK})
    return found


def pack(folder: Path, found: dict[str, Entry], target: Path) -> None:
    """Write ``folder`` as a plain tar archive: sorted, without owners and times. ssh is what compresses, or not."""
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as archive:
        for name, entry in sorted(found.items()):
            member = tarfile.TarInfo(name)
            member.type, member.mode = _TYPES.get(entry.kind, tarfile.REGTYPE), _MODES[entry.kind]
            if entry.kind is Kind.LINK:
                member.linkname = entry.content
            if entry.kind in (Kind.FILE, Kind.EXECUTABLE):
                member.size = entry.size
                with open(folder / name, "rb") as file:
                    archive.addfile(member, file)
            else:
                archive.addfile(member)


def _entries(folder: Path, prefix: str) -> Iterator[tuple[str, Entry]]:
    with os.scandir(folder) as listed:
        inside = sorted(listed, key=lambda entry: entry.name)
    for entry in inside:
        state = entry.stat(follow_symlinks=False)
        name = checked_name(os.fsencode(prefix + entry.name))
        if stat.S_ISLNK(state.st_mode):
            yield name, Entry(Kind.LINK, content=checked_target(name, os.fsencode(os.readlink(entry.path))))
            continue
        checked_mode(name, stat.S_IMODE(state.st_mode) & ~_inherited(state))
        if stat.S_ISDIR(state.st_mode):
            yield name, Entry(Kind.FOLDER)
            yield from _entries(Path(entry.path), f"{name}/")
        elif stat.S_ISREG(state.st_mode):
            kind = Kind.EXECUTABLE if state.st_mode & stat.S_IXUSR else Kind.FILE
            yield name, Entry(kind, state.st_size, _digest(entry.path))
        else:
            raise refused(name, "is neither file, folder nor symbolic link")


def _inherited(state: os.stat_result) -> int:
    """Folders take setgid from their parent without anybody asking for it; in a release it means nothing."""
    return stat.S_ISGID if stat.S_ISDIR(state.st_mode) else 0


def _digest(path: str) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
