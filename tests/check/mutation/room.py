# SPDX-License-Identifier: GPL-3.0-or-later
"""A place where a mutant does no harm: nothing of the machine can be written or signalled, and all of it ends at once.

The process sees the mutated file where the real one is, so what it starts sees it too. Linux, as root.
"""

from __future__ import annotations

import ctypes
import os
import signal
import struct
import tempfile
from pathlib import Path

CLONE_NEWNS, CLONE_NEWPID = 0x20000, 0x20000000
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
SYS_MOUNT_SETATTR, AT_FDCWD, AT_RECURSIVE, MOUNT_ATTR_RDONLY = 442, -100, 0x8000, 1
PR_SET_PDEATHSIG = 1
#: Folders that a test may write to, each its own; the first is for temporary files. A socket's path must be short.
SCRATCH = "/dev/shm"
HIDDEN = "/run"
libc = ctypes.CDLL(None, use_errno=True)


def leave() -> None:
    """Leave the machine: from here on mounts are this process' own, and its next child is process 1 of a new world."""
    _end_with_parent()
    _checked(libc.unshare(CLONE_NEWNS | CLONE_NEWPID), "unshare")
    _mount(None, "/", None, MS_REC | MS_PRIVATE)


def furnish(file: Path, content: bytes) -> None:
    """As process 1: ``file`` holds ``content`` in here, and nothing but temporary files can be written."""
    _end_with_parent()
    _mount("proc", "/proc", "proc", 0)
    _mount("tmpfs", SCRATCH, "tmpfs", 0)
    mutated = Path(SCRATCH, "mutated.py")
    mutated.write_bytes(content)
    _mount(str(mutated), str(file.resolve()), None, MS_BIND)
    _make_everything_read_only()
    for folder in (SCRATCH, HIDDEN):
        _mount("tmpfs", folder, "tmpfs", 0)
    home = Path(SCRATCH, "home")
    home.mkdir()
    os.environ |= {"TMPDIR": SCRATCH, "HOME": str(home)}
    tempfile.tempdir = None


def _make_everything_read_only() -> None:
    attributes = struct.pack("QQQQ", MOUNT_ATTR_RDONLY, 0, 0, 0)
    done = libc.syscall(SYS_MOUNT_SETATTR, AT_FDCWD, b"/", AT_RECURSIVE, attributes, len(attributes))
    _checked(done, "mount_setattr")


def _mount(source: str | None, target: str, kind: str | None, flags: int) -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _checked(libc.mount(*encoded, ctypes.c_ulong(flags), None), f"mount {target}")


def _end_with_parent() -> None:
    _checked(libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL), "prctl")


def _checked(result: int, what: str) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), what)
