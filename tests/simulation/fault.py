# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes wrong on a host, and at which call of which process."""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from ansible_collections.fractalops.infra.tests.simulation import loss
from ansible_collections.fractalops.infra.tests.simulation.file_system import error
from ansible_collections.fractalops.infra.tests.simulation.host import Host
from ansible_collections.fractalops.infra.tests.simulation.process import Process

#: How likely a process has to let others pass at a call, when a seed decides.
PREEMPTION = 0.1
#: Changes that a full disk can refuse.
OF_FILES = ("open", "write", "fsync", "mkdir", "symlink", "rename")


@dataclass(frozen=True)
class Fault:
    """``what``: kill, freeze, stall (the whole host), power, or full (that change fails, since the disk is).

    It comes before, or instead of, the ``number``-th change that ``kind`` makes.
    """

    what: str
    kind: str
    number: int
    seconds: float = 0.0
    kept: str = "nothing"
    """Of what was not synced when the power goes."""

    def __str__(self) -> str:
        more = {"power": f", {self.kept} kept", "kill": ""}.get(self.what, f" for {self.seconds:g} s")
        return f"{self.what} at {self.kind}#{self.number}{more}"


class Fate:
    """The plan of a world: these faults, and by a ``seed`` whose turn it is."""

    def __init__(self, host: Host, faults: Sequence[Fault], seed: int | None = None) -> None:
        self._host, self._seed = host, seed
        self._random = None if seed is None else Random(seed)
        self._faults = {(fault.kind, fault.number): fault for fault in faults}
        self._counts: Counter[str] = Counter()
        self.happened: list[Fault] = []

    def at_effect(self, process: Process, words: str) -> None:
        """Before a change."""
        self._counts[process.kind] += 1
        fault = self._faults.get((process.kind, self._counts[process.kind]))
        if fault is not None:
            self.happened.append(fault)
            self._befall(process, fault, words)
        self.at_read(process)

    def at_read(self, process: Process) -> None:
        """Before a look: others may pass."""
        if self._random is not None and self._random.random() < PREEMPTION:
            process.sleep_until(self._host.world.now)

    def _befall(self, process: Process, fault: Fault, words: str) -> None:
        world = self._host.world
        if fault.what == "kill":
            process.kill()
        elif fault.what == "freeze":
            process.sleep_until(world.now + fault.seconds)
        elif fault.what == "stall":
            world.now += fault.seconds
        elif fault.what == "full":
            if words in OF_FILES:
                self._host.was_full = True
                raise error(errno.ENOSPC, "the disk")
        else:
            lost = loss.loss(fault.kept, fault.number)
            world.interruption = lambda: self._host.lose_power(lost)
            process.sleep_until(world.now)

    def choose(self, runnable: list[Process], last: Process | None) -> Process:
        """Whose turn it is."""
        if self._random is not None:
            return self._random.choice(runnable)
        return last if last in runnable else runnable[0]
