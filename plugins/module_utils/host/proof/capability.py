# SPDX-License-Identifier: GPL-3.0-or-later
"""Capabilities as bits of a set.

Source: linux/capability.h.
"""

from __future__ import annotations

from collections.abc import Iterable

_NAMES = (
    *("CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP"),
    *("LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN", "NET_RAW", "IPC_LOCK", "IPC_OWNER"),
    *("SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE"),
    *("SYS_RESOURCE", "SYS_TIME", "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP"),
    *("MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF"),
    "CHECKPOINT_RESTORE",
)
_BITS = {f"CAP_{name}": 1 << bit for bit, name in enumerate(_NAMES)}
EVERY = (1 << 64) - 1


def bits(names: Iterable[str]) -> int:
    """The set of these; one that this list does not know yet is left out."""
    found = 0
    for name in names:
        found |= _BITS.get(name.upper(), 0)
    return found


def names(given: int) -> str:
    """The capabilities of a set, for people."""
    return " ".join(name for name, bit in _BITS.items() if given & bit) or f"{given:#x}"


def declared(lines: Iterable[str]) -> int:
    """The set that lines of ``CapabilityBoundingSet=`` mean: an empty one is none, ``~`` takes away."""
    found: int | None = None
    for line in lines:
        inverted = line.startswith("~")
        listed = bits(line.lstrip("~").split())
        if not line.lstrip("~").strip():
            found = EVERY if inverted else 0
        elif inverted:
            found = (EVERY if found is None else found) & ~listed
        else:
            found = (found or 0) | listed
    return EVERY if found is None else found
