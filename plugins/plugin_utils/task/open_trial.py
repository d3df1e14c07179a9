# SPDX-License-Identifier: GPL-3.0-or-later
"""An activation whose end the controller may not hear: what the host does by itself, until when, and how to look."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass

#: What a call takes beside the window of the host: to connect, to start a Python, to stage, to come back.
GRACE_SECONDS = 15
#: How long the host may keep quiet while it is watched, by ``watch_and_say``.
QUIET_SECONDS = 5
#: Of an older generation only the host knows the window; this is what a topology has when it says nothing.
USUAL_WINDOW_SECONDS = 90
LOOK_THERE = "to look, on the host as root: cat /run/fractalops/last.json /run/fractalops/transaction.json"


@dataclass(frozen=True)
class OpenTrial:
    """``ends`` is when the window of the host is over at the latest, by the monotonic clock of the controller."""

    ends: float
    grace_seconds: float = GRACE_SECONDS
    """How much longer its last answer may take."""
    is_window_known: bool = True

    @classmethod
    def before(cls, payload: str) -> OpenTrial:
        """Of what is about to be sent: it begins when the host has staged it, so the grace is spent before."""
        generation = json.loads(payload).get("generation") or {}
        window = generation.get("activation", {}).get("window_seconds")
        ends = time.monotonic() + (window or USUAL_WINDOW_SECONDS) + GRACE_SECONDS
        return cls(ends, grace_seconds=0.0, is_window_known=window is not None)

    @classmethod
    def of(cls, seconds_left: float) -> OpenTrial:
        """One that the host has told of."""
        return cls(time.monotonic() + seconds_left)

    @property
    def seconds_left(self) -> float:
        """Until the host rolls back; 0 when it has."""
        return max(0.0, self.ends - time.monotonic())

    @property
    def patience_seconds(self) -> float:
        """How long an answer is waited for that may need all of the window."""
        return self.seconds_left + self.grace_seconds

    def rolls_back(self) -> str:
        """When, in words: the seconds and the time of day."""
        if not self.is_window_known:
            return "the host rolls back by itself at the end of the window of that generation"
        left = self.seconds_left
        if not left:
            return "the window of the host is over"
        clock = time.strftime("%H:%M:%S", time.localtime(time.time() + left))
        return f"the host rolls back by itself within {left:.0f} s, by {clock} at the latest"
