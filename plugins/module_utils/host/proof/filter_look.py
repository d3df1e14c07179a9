# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters of system calls (seccomp). The kernel shows how many a process has, and not what they let through."""

from __future__ import annotations

from .look import is_on
from .subject import Subject

#: Each of them alone makes systemd add one filter or more.
FILTERING = (
    *("LockPersonality", "MemoryDenyWriteExecute", "RestrictAddressFamilies", "RestrictNamespaces"),
    *("RestrictRealtime", "RestrictSUIDSGID", "SystemCallArchitectures", "SystemCallFilter"),
)


def filtered(subject: Subject, _lines: list[str]) -> str | None:
    """As many filters more than PID 1 has, which a container may have given some, as the unit declares."""
    process = subject.process.status
    if process.get("Seccomp") != "2":
        return "the process has no filter of system calls"
    if "Seccomp_filters" not in process:
        return None  # Linux counts them since 5.9
    declared = sum(is_on(subject.settings[name]) for name in FILTERING if name in subject.settings)
    more = int(process["Seccomp_filters"]) - int(subject.host.first.status.get("Seccomp_filters", "0"))
    if more >= declared:
        return None
    return f"the process has {max(more, 0)} filters of system calls more than PID 1, and {declared} are declared"
