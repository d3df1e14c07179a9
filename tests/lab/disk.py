# SPDX-License-Identifier: GPL-3.0-or-later
"""A disk of its own for one host: an ext4 image behind a loop device, which can be cut off in the middle of anything.

ext4's ``noauto_da_alloc``: without it the kernel hides the most common mistake, a rename without an fsync before it.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import container, image, network, ssh
from .claim import claim
from .command import attempt, run
from .container import Container
from .errors import LabError
from .place import MACHINE
from .progress import step

#: Journal commits of the kernel's own come after this time; ours come when we say so.
COMMIT_SECONDS = 300
UNMOUNT_SECONDS = 10


@dataclass(frozen=True)
class Disk:
    """``image`` is the disk, ``folder`` is where it is mounted while it is in use."""

    image: Path
    folder: Path

    def make(self, mebibytes: int, *options: str) -> None:
        """An empty file system; ``options`` go to mkfs, such as ``-N`` and a number of inodes."""
        self.image.parent.mkdir(parents=True, exist_ok=True)
        with self.image.open("wb") as image:
            image.truncate(mebibytes << 20)
        run(["mkfs.ext4", "-q", "-E", "lazy_itable_init=0,lazy_journal_init=0", *options, str(self.image)])

    def mount(self) -> None:
        """In use; a journal of before is replayed, as at boot."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = f"loop,noauto_da_alloc,commit={COMMIT_SECONDS}"
        run(["mount", "-t", "ext4", "-o", options, str(self.image), str(self.folder)])

    def unmount(self) -> None:
        """Out of use; the last process of a host that was killed may need a moment to let go of it."""
        give_up = time.monotonic() + UNMOUNT_SECONDS
        while attempt(["umount", str(self.folder)]).returncode:
            if time.monotonic() > give_up:
                raise LabError(f"{self.folder}: still in use after {UNMOUNT_SECONDS} s; see 'fuser -m {self.folder}'")
            time.sleep(0.05)

    def cut(self, image: Path) -> Disk:
        """What would be on this disk if the power went now: whatever only memory has is not in the copy."""
        run(["cp", "--sparse=always", str(self.image), str(image)])
        return Disk(image, self.folder)

    def commit_journal(self) -> None:
        """Names reach the disk, as they do every few seconds; contents that nobody synced need not."""
        descriptor = os.open(self.folder / "tick", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, b".")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def seen_at(self, folder: Path) -> Iterator[Path]:
        """Mount it there for a look, as a machine that boots would."""
        there = Disk(self.image, folder)
        there.mount()
        try:
            yield folder
        finally:
            there.unmount()


def up(prefix: str, number: int, mebibytes: int, *options: str) -> tuple[Container, Disk]:
    """A fresh host ``<prefix>-1`` that keeps everything it writes, but ``/run``, on a disk of its own."""
    one = Container(f"{prefix}-1", network.address_of(number))
    disk = Disk(MACHINE / "disks" / f"{prefix}.img", one.directory)
    with claim(), step(f"starting {one.name} on a disk of its own"):
        network.up()
        ssh.ensure_keys()
        base = image.directory()
        attempt(["umount", str(disk.folder)])
        disk.make(mebibytes, *options)
        disk.mount()
        one.create(base)
        ssh.write_config(container.present())
        one.start()
        ssh.wait(one)
        run(["sync", "--file-system", str(disk.folder)])  # what is ours to keep, such as the configuration of LXC
    return one, disk


def boot_from(one: Container, disk: Disk) -> None:
    """Cut the power of the host and boot it from ``disk``."""
    one.kill()
    disk.unmount()
    disk.mount()
    one.start()
    ssh.wait(one)


def down(one: Container, disk: Disk) -> None:
    """Neither host nor disk."""
    with claim():
        one.kill()
        disk.unmount()
        shutil.rmtree(disk.image.parent)
        one.directory.rmdir()
