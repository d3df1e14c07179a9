# SPDX-License-Identifier: GPL-3.0-or-later
"""What is the process's own: its user, its flags, its limits."""

from __future__ import annotations

import grp
import pwd
from typing import Callable

from .look import UNLIMITED, Look, amount, words
from .process import Process
from .subject import Subject


def flag(name: str, what: str) -> Look:
    """A flag of ``/proc/<pid>/status`` that is 1."""
    return lambda subject, _lines: None if subject.process.status.get(name) == "1" else what


def user(subject: Subject, lines: list[str]) -> str | None:
    """``User=``; what starts as root may go on as somebody else."""
    found, wanted = subject.process.status["Uid"].split()[0], _number(lambda: pwd.getpwnam(lines[-1]).pw_uid)
    return f"the process runs as user {found}" if wanted not in (None, 0, int(found)) else None


def group(subject: Subject, lines: list[str]) -> str | None:
    """``Group=``."""
    found, wanted = subject.process.status["Gid"].split()[0], _number(lambda: grp.getgrnam(lines[-1]).gr_gid)
    return f"the process runs as group {found}" if wanted not in (None, 0, int(found)) else None


def groups(subject: Subject, lines: list[str]) -> str | None:
    """``SupplementaryGroups=``."""
    found = subject.process.status["Groups"].split()
    for name in words(lines):
        wanted = _number(lambda name=name: grp.getgrnam(name).gr_gid)  # type: ignore[misc]
        if wanted is not None and str(wanted) not in found:
            return f"the process is not in group {name}"
    return None


def _number(look_up: Callable[[], int]) -> int | None:
    """None of a name that is not known: that it is missing is said elsewhere."""
    try:
        return look_up()
    except KeyError:
        return None


def hard_limit(name: str) -> Look:
    """A line of ``/proc/<pid>/limits``: systemd shows a limit as declared where a container gives less."""

    def look(subject: Subject, lines: list[str]) -> str | None:
        wanted, found = amount(lines[-1].rpartition(":")[2]), subject.process.hard_limits.get(name)
        if wanted is None or found is None or wanted == (UNLIMITED if found == "unlimited" else int(found)):
            return None
        return f"the process has {found}"

    return look


def number(read: Callable[[Process], str]) -> Look:
    """A number that a program has no reason to change."""

    def look(subject: Subject, lines: list[str]) -> str | None:
        found = read(subject.process)
        return None if not lines[-1] or int(found) == int(lines[-1]) else f"the process has {found}"

    return look
