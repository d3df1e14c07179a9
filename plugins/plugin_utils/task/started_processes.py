# SPDX-License-Identifier: GPL-3.0-or-later
"""What this process has started lately, with all that came of it: clients of ssh, and what those started."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

#: ``/proc`` counts in ticks, so a start may look as if it were a little earlier.
_TICK_SECONDS = 1 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class _Process:
    pid: int
    parent: int
    started: float
    """Seconds since the boot of the machine."""


def since_boot() -> float:
    """Now, as ``kill_started_since`` wants it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def kill_started_since(moment: float) -> None:
    """SIGKILL for what descends from this process and was started after ``moment``.

    What has left us is not found: the master of a shared ssh connection belongs to nobody, and goes on.
    """
    for process in _descendants(os.getpid()):
        if _is_since(process, moment):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(process.pid, signal.SIGKILL)


def bytes_moved_since(moment: float) -> int | None:
    """What those processes have read and written so far, on whatever way; None where that cannot be seen."""
    moved = sum(_moved(process.pid) for process in _descendants(os.getpid()) if _is_since(process, moment))
    return moved or None  # every program reads itself


def _moved(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/io").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return sum(int(line.partition(":")[2]) for line in lines if line.startswith(("rchar:", "wchar:")))


def _is_since(process: _Process, moment: float) -> bool:
    return process.started + _TICK_SECONDS >= moment


def _descendants(pid: int) -> list[_Process]:
    known, found, parents = list(_processes()), [], {pid}
    while parents:
        children = [process for process in known if process.parent in parents]
        found += children
        parents = {process.pid for process in children}
    return found


def _processes() -> Iterator[_Process]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            # The name of a program may hold anything, so count from its end. Source: proc(5), fields 4 and 22.
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            yield _Process(int(path.parent.name), int(fields[1]), int(fields[19]) * _TICK_SECONDS)
