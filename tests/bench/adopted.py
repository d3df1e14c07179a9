# SPDX-License-Identifier: GPL-3.0-or-later
"""Processor time of processes that outlive the one that was measured."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_TICKS = os.sysconf("SC_CLK_TCK")


def adopt() -> None:
    """From here on, processes whose parents have ended are children of this one."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def seconds_of_adopted(beside: int) -> float:
    """What the adopted have used, once all have ended; ``beside`` is a child that goes on."""
    seconds = 0.0
    while _children() - {beside}:
        pid, _status, usage = os.wait4(-1, os.WNOHANG)
        seconds += usage.ru_utime + usage.ru_stime
        if not pid:
            time.sleep(0.005)
    return seconds


def processor_seconds(pid: int) -> float:
    """What a living process has used."""
    user, system = _status(pid)[11:13]
    return (int(user) + int(system)) / _TICKS


def _children() -> set[int]:
    found = set()
    for pid in map(int, filter(str.isdigit, os.listdir("/proc"))):
        try:
            if int(_status(pid)[1]) == os.getpid():
                found.add(pid)
        except OSError:
            continue
    return found


def _status(pid: int) -> list[str]:
    """The fields of proc(5) from the state on."""
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
