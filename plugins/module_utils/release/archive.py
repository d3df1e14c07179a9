# SPDX-License-Identifier: GPL-3.0-or-later
"""An archive that arrived on the host: opened once, compared with its digest, unpacked from the same descriptor."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import BinaryIO

from ..host.host_error import HostError
from . import compression, directory
from .extraction import CHUNK, Extraction, Limits
from .manifest import Manifest
from .tar_stream import TarStream


def open_archive(parent: int, name: str, path: Path) -> BinaryIO:
    """The archive ``name`` in the directory ``parent``. Raises HostError when it is no regular file."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
    except OSError:
        if directory.is_link(parent, name):
            raise HostError(str(path), "is a symbolic link", "run again") from None
        raise HostError(str(path), "did not arrive", "run again") from None
    file = open(descriptor, "rb")  # noqa: SIM115  the caller closes it
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        file.close()
        raise HostError(str(path), "is not a regular file", "run again")
    return file


def digest_of(file: BinaryIO) -> str:
    """SHA-256 of the whole file, which then stands at its start again."""
    digest = hashlib.sha256()
    for chunk in iter(lambda: file.read(CHUNK), b""):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def unpack(archive: BinaryIO, sha256: str, stage: int, path: Path, limits: Limits) -> Manifest:
    """Unpack ``archive`` into the directory ``stage``, whose words are ``path``; what it held.

    Nothing is unpacked when its bytes are not those of ``sha256``.
    """
    arrived = digest_of(archive)
    if arrived != sha256:
        raise HostError(str(path), f"its archive arrived as {arrived}, expected {sha256}", "look at the source")
    try:
        entries = Extraction(stage, path, limits).run(TarStream(compression.unpacked(archive)))
    except compression.DAMAGE as error:
        if not compression.is_damage(error):
            raise
        raise HostError("release archive", "is damaged", "pack the release again") from None
    if not entries:
        raise HostError("release archive", "is empty", "pack the release again")
    return Manifest(sha256, entries)
