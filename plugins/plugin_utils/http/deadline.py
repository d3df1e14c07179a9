# SPDX-License-Identifier: GPL-3.0-or-later
"""One point in time by which a whole batch of requests is over."""

from __future__ import annotations

import time


class Deadline:
    """``seconds`` from now on the monotonic clock; for every connect, handshake, byte and pause together."""

    def __init__(self, seconds: float) -> None:
        self.restart(seconds)

    def restart(self, seconds: float) -> None:
        """For another batch: ``seconds`` from now, whatever was left."""
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def allow(self, seconds: float) -> None:
        """At least ``seconds`` from now: what cleaning up may take when the work itself ran out of time."""
        self._end = max(self._end, time.monotonic() + seconds)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    def remaining(self) -> float:
        """Seconds left. Raises TimeoutError when there are none, as a socket would."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline has passed")
        return left
