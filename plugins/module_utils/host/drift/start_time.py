# SPDX-License-Identifier: GPL-3.0-or-later
"""When units came up, by the clock that files are dated by."""

from __future__ import annotations

import time
from collections.abc import Mapping

from ..systemd import systemd
from ..transaction.transaction import monotonic

#: What systemd is asked; it tells the moment in µs of CLOCK_MONOTONIC, 0 of a unit that never did.
STARTED = "ActiveEnterTimestampMonotonic"


def came_up(shown: Mapping[str, systemd.Properties]) -> dict[str, float]:
    """In seconds of the wall clock, by unit; ``shown`` holds STARTED."""
    booted = time.time() - monotonic()
    return {name: booted + int(one.get(STARTED) or 0) / 1e6 for name, one in shown.items()}
