# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases that must stay: every one a generation of this host refers to, and every one a process runs from.

All stored generations count, not only the confirmed, the previous and the one on trial: whatever generation an
operator can roll back to must find its release.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
from pathlib import Path

from ..host.host_error import HostError
from ..host.layout import Layout


def pinned(layout: Layout, app: str) -> dict[str, str]:
    """Id → who needs it. Raises HostError when a generation cannot be read: then nothing may be removed."""
    return {**_of_processes(app), **_of_generations(layout, app)}


def _of_generations(layout: Layout, app: str) -> dict[str, str]:
    start = f"/opt/{app}/releases/"
    found: dict[str, str] = {}
    for manifest in sorted(layout.generations.glob("[!.]*/manifest.json")):
        try:
            units = json.loads(manifest.read_bytes())["units"].values()
        except (OSError, ValueError, KeyError):
            raise HostError(str(manifest), "cannot be read", "look at the disk of the host") from None
        releases = [unit.get("release") or "" for unit in units]
        found.update(
            {name[len(start) :]: f"generation {manifest.parent.name}" for name in releases if name.startswith(start)}
        )
    return found


def _of_processes(app: str) -> dict[str, str]:
    """By command line, executable, working directory and mapped files; also of units that are not ours."""
    mention = re.compile(rf"/opt/{re.escape(app)}/releases/([A-Za-z0-9][A-Za-z0-9._+-]*)".encode())
    found: dict[str, str] = {}
    for process in Path("/proc").glob("[0-9]*"):
        said = b"".join(_said(process))
        found.update({name.decode(): f"process {process.name}" for name in mention.findall(said)})
    return found


def _said(process: Path) -> list[bytes]:
    said = []
    for name in ("cmdline", "maps"):
        with contextlib.suppress(OSError):
            said.append((process / name).read_bytes())
    for name in ("exe", "cwd"):
        with contextlib.suppress(OSError):
            said.append(os.fsencode(os.readlink(str(process / name))) + b"\n")
    return said
