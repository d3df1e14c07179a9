# SPDX-License-Identifier: GPL-3.0-or-later
"""Clock, processes and events of one simulated host, and whose turn it is. Nothing here is left to chance.

Time stands still while somebody works, but for a millisecond a change; when everybody waits, it jumps to the next
moment at which something happens.
"""

from __future__ import annotations

import _thread
import heapq
import itertools
from collections.abc import Callable, Mapping
from typing import Protocol

from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.process import Process

#: What a change takes.
TICK_SECONDS = 0.001
#: The wall clock at the start of the monotonic one.
WALL_SECONDS = 1_800_000_000.0
#: A world in which so much happens does not come to rest.
MOST_TURNS = 4_000


class RestlessError(AssertionError):
    """A world that does not come to rest."""


class Plan(Protocol):
    """What happens to processes on their way."""

    def at_effect(self, process: Process, words: str) -> None:
        """Before a change."""

    def at_read(self, process: Process) -> None:
        """Before a look."""

    def choose(self, runnable: list[Process], last: Process | None) -> Process:
        """Whose turn it is."""


class Quiet:
    """Nothing happens, and everybody works for as long as there is something to do."""

    def at_effect(self, process: Process, words: str) -> None:
        """Goes on."""

    def at_read(self, process: Process) -> None:
        """Goes on."""

    def choose(self, runnable: list[Process], last: Process | None) -> Process:
        """Whoever was at it."""
        return last if last in runnable else runnable[0]


class World:
    """``now`` is CLOCK_MONOTONIC in seconds."""

    def __init__(self, files: FileSystem) -> None:
        self.files = files
        self.now = 1000.0
        self.plan: Plan = Quiet()
        self.processes: list[Process] = []
        self.turn = _thread.allocate_lock()
        self.turn.acquire()
        self.tracebacks: list[tuple[Process, BaseException]] = []
        #: (process, words, paths) of every change, when somebody wants to know.
        self.watchers: list[Callable[[Process, str, tuple[object, ...]], None]] = []
        #: What has to be done before anybody goes on, such as a power cut.
        self.interruption: Callable[[], None] | None = None
        #: Inode number → descriptor of whoever locked the file.
        self.locks: dict[int, int] = {}
        self.users: set[str] = {"root"}
        #: Runs a program: (process, command, standard input, environment) → exit code, standard output and error.
        self.execute: Callable[[Process, list[str], bytes, Mapping[str, str] | None], tuple[int, bytes, bytes]]
        #: What a service says at a port; None where nothing listens.
        self.answer: Callable[[int], str | None]
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()
        self._last: Process | None = None

    @property
    def wall(self) -> float:
        """The wall clock."""
        return WALL_SECONDS + self.now

    def next_wall_ns(self) -> int:
        """The wall clock in nanoseconds, never the same twice."""
        return int(self.wall * 1e9) + next(self._order)

    def at(self, moment: float, event: Callable[[], None]) -> None:
        """Have something happen when it is time."""
        heapq.heappush(self._events, (moment, next(self._order), event))

    def start(self, process: Process) -> Process:
        """It runs when it is its turn."""
        process.wake_at = self.now
        self.processes.append(process)
        return process

    def before_effect(self, process: Process, words: str, where: tuple[object, ...]) -> None:
        """A change is about to be made."""
        for watcher in self.watchers:
            watcher(process, words, where)
        self.now += TICK_SECONDS
        self.files.now = self.wall
        is_due = bool(self._events) and self._events[0][0] <= self.now
        self.plan.at_effect(process, words)
        if is_due:  # what became due while the whole host stood still comes after this change
            process.sleep_until(self.now)

    def before_read(self, process: Process) -> None:
        """Somebody looks."""
        self.plan.at_read(process)

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Until nobody has anything to do, or until it is so."""
        for _turn in range(MOST_TURNS):
            self._happen()
            runnable = [one for one in self.processes if one.wake_at is not None and one.wake_at <= self.now]
            if not runnable:
                if until() or not self._jump():
                    return
                continue
            chosen = next((one for one in runnable if one.is_dead), None) or self.plan.choose(runnable, self._last)
            self._last = chosen
            self._resume(chosen)
        raise RestlessError(f"{[one.kind for one in self.processes]} after {MOST_TURNS} turns")

    def _resume(self, chosen: Process) -> None:
        chosen.resume()
        if chosen.is_done:
            self.processes.remove(chosen)
            for told in chosen.on_exit:
                told(chosen)
        if self.interruption is not None:
            interruption, self.interruption = self.interruption, None
            interruption()

    def _happen(self) -> None:
        while self._events and self._events[0][0] <= self.now:
            heapq.heappop(self._events)[2]()

    def _jump(self) -> bool:
        """To the next moment; False when there is none."""
        moments = [one.wake_at for one in self.processes if one.wake_at is not None]
        moments += [self._events[0][0]] if self._events else []
        if not moments:
            return False
        self.now = max(self.now, min(moments))
        self.files.now = self.wall
        return True

    def end(self) -> None:
        """Everybody is killed, and nothing happens any more: the power is gone."""
        self._events.clear()
        for process in self.processes:
            process.kill()
            process.on_exit.clear()
        while self.processes:
            process = self.processes.pop()
            process.resume()
        self._last = None
