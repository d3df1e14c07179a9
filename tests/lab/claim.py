# SPDX-License-Identifier: GPL-3.0-or-later
"""One lab per machine: one command at a time, one clone of the project at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import container, server
from .errors import LabError
from .place import CACHE, FILES, MACHINE, PROJECT
from .progress import say

LOCK = Path("/run/lock/fractalops-lab")
OWNER = MACHINE / "owner"
WAIT_SECONDS = 300


@contextmanager
def claim() -> Iterator[None]:
    """Hold the machine's lab for this clone; what another clone left running goes first."""
    with lock():
        owner = _owner()
        if owner not in ("", str(PROJECT)):
            say(f"this machine's lab belongs to {owner}; taking it over: its hosts and its OpenBao go away")
            clear()
        MACHINE.mkdir(parents=True, exist_ok=True)
        OWNER.write_text(str(PROJECT))
        point_at_files()
        yield


def point_at_files() -> None:
    """One path for keys, CA and credentials whichever clone owns the lab: files in git can name no clone."""
    new = FILES.with_name(".files.new")
    new.unlink(missing_ok=True)
    new.symlink_to(CACHE)
    new.rename(FILES)


@contextmanager
def hold() -> Iterator[None]:
    """Hold the lab that this clone brought up; never take over another's."""
    with lock():
        owner = _owner()
        if owner != str(PROJECT):
            raise LabError(f"this machine's lab belongs to {owner or 'nobody'}; 'lab up' makes it yours, anew")
        yield


def clear() -> None:
    """Stop everything that runs and forget it.

    The folder itself stays: rooms have their own mounted there, and who removes it takes it away from them.
    """
    for one in container.present():
        one.destroy()
    server.stop()
    for entry in MACHINE.glob("*"):
        if entry.is_symlink() or not entry.is_dir():
            entry.unlink()
        else:
            shutil.rmtree(entry, ignore_errors=True)


def _owner() -> str:
    return OWNER.read_text() if OWNER.exists() else ""


@contextmanager
def lock() -> Iterator[None]:
    """One command at a time."""
    if os.geteuid() != 0:
        raise LabError("the lab needs root: it makes containers and a network bridge; run it as root")
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as file:
        _take(file.fileno())
        yield


def _take(descriptor: int) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    has_said = False
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if not has_said:
                say("waiting for another command that changes the lab")
                has_said = True
        if time.monotonic() > deadline:
            raise LabError(f"{LOCK}: another command has held the lab for {WAIT_SECONDS} s; see 'fuser {LOCK}'")
        time.sleep(0.2)
