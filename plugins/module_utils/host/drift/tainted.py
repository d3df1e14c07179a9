# SPDX-License-Identifier: GPL-3.0-or-later
"""Units that were started after one of their files was changed by hand: what runs is not what the file says again."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from pathlib import Path

from ..generation import Generation, file_name
from ..systemd import systemd
from ..transaction.transaction import monotonic

#: How exactly a moment of the monotonic clock is known by the wall clock; in doubt a unit is restarted.
DOUBT_SECONDS = 1.0
_STARTED = "ActiveEnterTimestampMonotonic"


def tainted(folder: Path, generation: Generation, damaged: Iterable[str]) -> set[str]:
    """Units of ``generation``, stored in ``folder``, that came up after one of their ``damaged`` files was changed.

    One whose file is gone was not started from it. systemd tells when it came up in µs of CLOCK_MONOTONIC.
    """
    changed = _changed(folder, damaged)
    shown = systemd.show((name for name in generation.live if file_name(name) in changed), [_STARTED])
    booted = time.time() - monotonic()
    return {
        name
        for name, one in shown.items()
        if booted + int(one.get(_STARTED) or 0) / 1e6 > changed[file_name(name)] - DOUBT_SECONDS
    }


def _changed(folder: Path, damaged: Iterable[str]) -> dict[str, float]:
    """By unit, when its first damaged file was changed, in seconds of the wall clock."""
    changed: dict[str, float] = {}
    for name in damaged:
        unit = name.split("/")[1].removesuffix(".d") if "/" in name else name
        with contextlib.suppress(OSError):
            at = (folder / name).lstat().st_ctime
            changed[unit] = min(at, changed.get(unit, at))
    return changed
