# SPDX-License-Identifier: GPL-3.0-or-later
"""A wait for a host that ends, whatever the connection plugin waits for: by the alarm of this worker."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

from ansible.errors import AnsibleConnectionFailure

from .started_processes import bytes_moved_since, kill_started_since, since_boot

Answer = TypeVar("Answer")
#: Cleaning up after an alarm may wait as well, such as for the last bytes to a client that does not read.
_AGAIN_SECONDS = 1.0


class NoAnswerError(AnsibleConnectionFailure):
    """The host gave no answer in time."""


class _TimeIsUpError(BaseException):
    """No Exception: connection plugins try again after those."""


def within(seconds: float, ask: Callable[[], Answer], *, while_bytes_move: bool = False) -> Answer:
    """What ``ask`` returns. After ``seconds`` it is given up, and what it had started is killed.

    With ``while_bytes_move``, after so long in which no process it started has read or written anything; where that
    cannot be seen, never. Raises NoAnswerError. An alarm that would ring first, such as that of the keyword
    ``timeout``, stays as it is. Only the main thread can be interrupted: in another one, the wait takes as long as it
    takes.
    """
    earlier, _interval = signal.getitimer(signal.ITIMER_REAL)
    if 0 < earlier <= seconds or threading.current_thread() is not threading.main_thread():
        return ask()
    began, alarm = time.monotonic(), _Alarm(max(seconds, 0.01), while_bytes_move)
    before = signal.signal(signal.SIGALRM, alarm.ring)
    try:
        try:
            alarm.set()
            return ask()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except BaseException:
        if not alarm.has_rung:  # else this may be what came of it, such as a broken pipe
            raise
        raise NoAnswerError(f"the host gave no answer in {seconds:.0f} s") from None
    finally:
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
        if earlier:
            signal.setitimer(signal.ITIMER_REAL, max(earlier - (time.monotonic() - began), 0.01))


class _Alarm:
    """Rings after ``seconds``, and then again and again."""

    def __init__(self, seconds: float, while_bytes_move: bool) -> None:  # noqa: FBT001  one place makes it
        self._seconds, self._asks_for_bytes = seconds, while_bytes_move
        self._moment = since_boot()
        self._moved: int | None = 0
        self.has_rung = False

    def set(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, self._seconds, _AGAIN_SECONDS)

    def ring(self, _signal: int, _frame: FrameType | None) -> None:
        if self._asks_for_bytes and self._is_moving():
            self.set()
            return
        self.has_rung = True
        kill_started_since(self._moment)  # first, or cleaning up would wait for them
        raise _TimeIsUpError

    def _is_moving(self) -> bool:
        before, self._moved = self._moved, bytes_moved_since(self._moment)
        return self._moved is None or self._moved != before
