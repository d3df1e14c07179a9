# SPDX-License-Identifier: GPL-3.0-or-later
"""Which files make the units that systemd has loaded, transient ones and foreign drop-ins too."""

from __future__ import annotations

from ..host.systemd import systemd


def unit_files() -> list[bytes]:
    """Fragments and drop-ins of all loaded units, sorted. Raises HostError."""
    if not systemd.is_running():
        return []
    shown = systemd.systemctl("show", "--property=FragmentPath,DropInPaths", "--", "*")
    paths = (path for line in shown.splitlines() for path in line.partition("=")[2].split())
    return sorted({path.encode() for path in paths if path.startswith("/")})


def manager_environment() -> bytes:
    """What the manager hands to every unit: ``NAME=value`` lines. Raises HostError."""
    return systemd.systemctl("show-environment").encode() if systemd.is_running() else b""
