# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that the workers of one run share: the first to need one makes it, the others wait for it."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Spool:
    """A folder that lives as long as the run."""

    folder: Path

    def once(self, key: str, make: Callable[[Path], None]) -> Path:
        """The file of ``key``; made by one worker, under a lock, when it is not there yet."""
        path = self.folder / f"fractalops-release-{hashlib.sha256(key.encode()).hexdigest()[:32]}"
        with open(path.with_suffix(".lock"), "ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not path.exists():
                unfinished = path.with_suffix(".new")
                make(unfinished)
                os.replace(unfinished, path)
        return path
