# SPDX-License-Identifier: GPL-3.0-or-later
"""Unpacking into one folder and nowhere else: every step from a descriptor, nothing followed, nothing overwritten."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import directory, room
from .manifest import Entry
from .member import Kind, Member, refuse_leaving_links, refused
from .tar_stream import TarStream

CHUNK = 1 << 20
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
#: Nobody may write, everybody may read: services run under users of their own.
MODES = {Kind.FILE: 0o444, Kind.EXECUTABLE: 0o555, Kind.FOLDER: 0o555}


@dataclass(frozen=True)
class Limits:
    """How much an archive may become, so that a small one cannot fill the disk."""

    unpacked_bytes: int
    members: int


class Extraction:
    """One archive into the directory ``stage``; ``path`` is where that is, for words."""

    def __init__(self, stage: int, path: Path, limits: Limits) -> None:
        self._stage = stage
        self._path = path
        self._limits = limits
        self._bytes = 0
        self._members = 0
        self._entries: dict[str, Entry] = {}

    def run(self, tar: TarStream) -> dict[str, Entry]:
        """Unpack everything; what was unpacked, by name. Raises HostError at the first thing that is refused."""
        for member in tar:
            self._count(member)
            self._unpack(member, tar)
        refuse_leaving_links({name: entry.content for name, entry in self._entries.items() if entry.kind is Kind.LINK})
        for name, entry in self._entries.items():
            if entry.kind is Kind.FOLDER:
                with self._folder(name) as folder:
                    os.fchmod(folder, MODES[Kind.FOLDER])
        os.fchmod(self._stage, MODES[Kind.FOLDER])
        return self._entries

    def _count(self, member: Member) -> None:
        self._members += 1
        self._bytes += member.size
        if self._members > self._limits.members:
            raise refused(
                member.name, f"is one more than {self._limits.members} members", "raise max_members if it is meant"
            )
        if self._bytes > self._limits.unpacked_bytes:
            raise refused(
                member.name,
                f"makes the release larger than {self._limits.unpacked_bytes} bytes",
                "raise max_bytes if it is meant",
            )

    def _unpack(self, member: Member, tar: TarStream) -> None:
        parent, _slash, name = member.name.rpartition("/")
        known = self._entries.get(member.name)
        if known is not None and not (known.kind is member.kind is Kind.FOLDER):
            raise refused(member.name, "is there twice", "keep one of them")
        with self._folder(parent) as folder:
            if member.kind is Kind.FOLDER:
                os.close(directory.entered(folder, name, self._path / member.name, make=True))
                self._entries[member.name] = Entry(Kind.FOLDER)
            elif member.kind is Kind.LINK:
                os.symlink(member.target, name, dir_fd=folder)
                self._entries[member.name] = Entry(Kind.LINK, content=member.target)
            else:
                digest = self._write(folder, name, member, tar)
                self._entries[member.name] = Entry(member.kind, member.size, digest)

    @contextlib.contextmanager
    def _folder(self, name: str) -> Iterator[int]:
        """The folder ``name`` of the release, made with its parents when it is not there."""
        current, path = os.dup(self._stage), self._path
        try:
            walked: list[str] = []
            for part in filter(None, name.split("/")):
                walked.append(part)
                path /= part
                below = directory.entered(current, part, path, make=True)
                os.close(current)
                current = below
                self._entries.setdefault("/".join(walked), Entry(Kind.FOLDER))
            yield current
        finally:
            os.close(current)

    def _write(self, folder: int, name: str, member: Member, tar: TarStream) -> str:
        room.require(folder, self._path / member.name, member.size)
        digest = hashlib.sha256()
        try:
            descriptor = os.open(name, _NEW_FILE, 0o600, dir_fd=folder)
            with open(descriptor, "wb", buffering=0) as file:
                for chunk in iter(lambda: tar.read(CHUNK), b""):
                    digest.update(chunk)
                    _write_all(descriptor, chunk)
                os.fchmod(file.fileno(), MODES[member.kind])
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise room.lacking(folder, self._path / member.name, member.size) from None
            raise
        return digest.hexdigest()


def _write_all(descriptor: int, content: bytes) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
