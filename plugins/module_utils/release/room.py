# SPDX-License-Identifier: GPL-3.0-or-later
"""Free space, asked for before it is needed, in words with the path and both numbers."""

from __future__ import annotations

import os
from pathlib import Path

from ..host.host_error import HostError

#: Left for everybody else on the file system.
SPARE_BYTES = 1024 * 1024
SPARE_INODES = 64


def require(folder: int, path: Path, needed: int) -> None:
    """Raise HostError when ``needed`` bytes for ``path`` are not free where the directory ``folder`` is."""
    state = os.fstatvfs(folder)
    if state.f_bavail * state.f_frsize < needed + SPARE_BYTES:
        raise lacking(folder, path, needed)
    if state.f_files and state.f_favail < SPARE_INODES:
        raise HostError(
            str(path), f"{state.f_favail} inodes are left on its file system", "remove files, then run again"
        )


def lacking(folder: int, path: Path, needed: int) -> HostError:
    """The refusal for want of space."""
    state = os.fstatvfs(folder)
    free = state.f_bavail * state.f_frsize
    return HostError(str(path), f"needs {needed + SPARE_BYTES} bytes, {free} are free", "make room, then run again")
