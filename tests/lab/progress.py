# SPDX-License-Identifier: GPL-3.0-or-later
"""Progress in words."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(words: str) -> None:
    """One line about what is going on, at once, on standard error."""
    print(f"lab: {words}", file=sys.stderr, flush=True)


@contextmanager
def step(words: str) -> Iterator[None]:
    """Say what starts, and how long it took."""
    say(f"{words} ...")
    started = time.monotonic()
    yield
    say(f"{words}: done in {time.monotonic() - started:.1f} s")
