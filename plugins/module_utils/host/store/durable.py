# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes that survive a power cut: whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def write_file(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Make ``path`` hold exactly ``content``: temporary name, fsync, rename, fsync of the folder."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    write_new(temporary, content, mode)
    os.replace(str(temporary), str(path))
    sync_folder(path.parent)


def write_new(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Create ``path`` and fsync its content; the caller syncs the folder once for all its files."""
    descriptor = os.open(str(path), os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            os.fchmod(stream.fileno(), mode)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:  # a full disk says so only now, and not of which file
        raise OSError(error.errno, error.strerror, str(path)) from None


def point_link(link: Path, target: str) -> None:
    """Make ``link`` a symlink to ``target`` by one rename; the caller syncs the folder, once for all its links."""
    temporary = link.with_name(f".{link.name}.{os.getpid()}")
    if temporary.is_symlink():
        temporary.unlink()
    os.symlink(target, str(temporary))
    os.replace(str(temporary), str(link))


def make_folder(path: Path, mode: int = 0o755) -> None:
    """Make ``path`` when it is not there, and what is missing above it, durably."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=mode, exist_ok=True)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    descriptor = os.open(str(folder), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
