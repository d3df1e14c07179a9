# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that somebody put in the place of our links: kept aside, for a link or for nothing to take their place."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from ..layout import Layout
from .durable import make_folder, sync_folder, write_file


def keep(layout: Layout, files: Iterable[Path]) -> None:
    """A durable copy of each, for root alone; one that was kept before is not kept twice."""
    for path in files:
        content = path.read_bytes()
        make_folder(layout.replaced, 0o700)
        write_file(layout.replaced / f"{path.name}-{hashlib.sha256(content).hexdigest()[:8]}", content, 0o600)


def remove(layout: Layout, files: Iterable[Path]) -> None:
    """Take files away of which no link is to take the place."""
    for path in files:
        keep(layout, [path])
        path.unlink()
        sync_folder(path.parent)
