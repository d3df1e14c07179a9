# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of the control group: a container may have a controller that the kernel does not let it use, or none."""

from __future__ import annotations

import re

from .look import UNLIMITED, Look, amount
from .subject import Subject

#: The kernel counts memory in pages.
_PAGE = 4096


def limited(controller: str, first: str, second: str) -> Look:
    """A number, or ``infinity``; ``first`` and ``second`` are the files of cgroup v1, empty without one, and v2."""

    def look(subject: Subject, lines: list[str]) -> str | None:
        wanted = amount(lines[-1])
        name, found = subject.limit(controller, first, second)
        if wanted is None or (found is not None and _is_as_large(found, wanted)):
            return None
        return _told(name or second, found)

    return look


def _told(name: str, found: str | None) -> str:
    return f"its control group has no {name}" if found is None else f"{name} of its control group is {found}"


def _is_as_large(found: str, wanted: int) -> bool:
    given = UNLIMITED if found == "max" else min(int(found), UNLIMITED)
    if wanted == UNLIMITED:
        return given >= UNLIMITED
    return given == wanted or (wanted >= _PAGE and wanted // _PAGE == given // _PAGE)


def cpu_quota(subject: Subject, lines: list[str]) -> str | None:
    """``CPUQuota=``: time in each period."""
    wanted = re.fullmatch(r"(\d+)%", lines[-1])
    name, found = subject.limit("cpu", "cpu.cfs_quota_us", "cpu.max")
    if wanted is None or (found is not None and _is_share(subject, name, found, int(wanted[1]))):
        return None
    return _told(name, found)


def _is_share(subject: Subject, name: str, found: str, percent: int) -> bool:
    period = None if name == "cpu.max" else subject.limit("cpu", "cpu.cfs_period_us", "")[1] or "0"
    parts = f"{found} {period or ''}".split()
    quota, microseconds = (int(part) if part.isdigit() else 0 for part in parts)
    return microseconds > 0 and abs(100 * quota - percent * microseconds) <= microseconds


def cpu_weight(subject: Subject, lines: list[str]) -> str | None:
    """``CPUWeight=``, which cgroup v1 counts by 1024 in place of 100."""
    name, found = subject.limit("cpu", "cpu.shares", "cpu.weight")
    wanted = amount(lines[-1])
    if wanted is None:
        return None
    shown = max(2, wanted * 1024 // 100) if name == "cpu.shares" else wanted
    # The kernel counts by 1024 in any case, and rounds on the way back.
    return None if found is not None and abs(int(found) - shown) <= 1 else _told(name, found)


def io_weight(subject: Subject, lines: list[str]) -> str | None:
    """``IOWeight=``: cgroup v1 counts by 500 in place of 100, and the scheduler BFQ up to 1000."""
    wanted = amount(lines[-1])
    if wanted is None:
        return None
    is_first = subject.host.control_groups.is_first("blkio")
    shown = min(max(wanted * 5, 10), 1000) if is_first else wanted
    files = {"blkio.weight": shown, "blkio.bfq.weight": _of_bfq(shown)}
    for name, number in (files if is_first else {"io.weight": shown, "io.bfq.weight": _of_bfq(shown)}).items():
        found = subject.limit("blkio", name, name)[1]
        if found is not None:  # "default 50", or the number alone, and then those of single disks
            return None if str(number) in found.partition("\n")[0].split() else _told(name, found)
    return _told("blkio.weight" if is_first else "io.weight", None)


def _of_bfq(weight: int) -> int:
    """As systemd writes it: 1 to 100 as it is, and what is more up to 10,000 as up to 1000."""
    return weight if weight <= 100 else 100 + (weight - 100) * 900 // 9900
