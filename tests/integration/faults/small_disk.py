# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's file systems made full or read-only, and as they were again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost

#: Inodes first: the names of many files take blocks as well.
FILL = """
import os
folder, bytes_left, inodes_left = "{folder}", {bytes_left}, {inodes_left}
os.mkdir(folder + "/.filled")
block = open(folder + "/.filled/block", "wb", buffering=0)
number = 0
while inodes_left is not None and os.statvfs(folder).f_favail > inodes_left:
    open(folder + "/.filled/" + str(number), "w").close()
    number += 1
def free():
    return os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
for step in () if bytes_left is None else (1 << 20, 1 << 12, 1 << 10):
    try:
        while free() > bytes_left + step * bool(bytes_left):
            block.write(bytes(step))
            os.fsync(block.fileno())
    except OSError:
        pass
"""


@contextmanager
def filled(
    host: DirectHost, folder: str, *, bytes_left: int | None = None, inodes_left: int | None = None
) -> Iterator[None]:
    """The file system of ``folder`` has only so much left; with None there is as much as there was."""
    code = FILL.format(folder=folder, bytes_left=bytes_left, inodes_left=inodes_left)
    try:
        host.container.attach(["/usr/bin/python3", "-c", code])
        yield
    finally:
        host.run(f"rm -rf {folder}/.filled")


@contextmanager
def read_only(host: DirectHost, folder: str) -> Iterator[None]:
    """Nobody can write below ``folder``."""
    host.run(f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder}")
    try:
        yield
    finally:
        # What was started meanwhile had its own protection laid over this mount, and loses both.
        host.run(f"umount {folder} && systemctl try-restart 'fractalops-*.service'")


@contextmanager
def small_run(host: DirectHost, mebibytes: int) -> Iterator[None]:
    """``/run`` is no larger than that."""
    host.run(f"mount -o remount,size={mebibytes}m /run")
    try:
        yield
    finally:
        host.run("mount -o remount,size=1g /run")
