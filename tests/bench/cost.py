# SPDX-License-Identifier: GPL-3.0-or-later
"""What something costs: wall seconds, and the processor seconds of the controller and the hosts together.

Wall time on a busy machine says as much of the machine as of the run; processor time says less of it. Of several runs
the best counts: nothing makes a run faster than it is.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ansible_collections.fractalops.infra.tests.lab.container import Container

#: Of the whole container, in nanoseconds: cgroup v1, or v2, which says microseconds.
_V1 = "cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null"
_V2 = "sed -n 's/^usage_usec \\(.*\\)/\\1000/p' /sys/fs/cgroup/cpu.stat"


@dataclass(frozen=True, order=True)
class Cost:
    """Seconds."""

    wall: float
    controller: float
    hosts: float

    @property
    def processor(self) -> float:
        """Of controller and hosts."""
        return self.controller + self.hosts

    def __str__(self) -> str:
        return f"{self.wall:8.2f} s wall {self.controller:8.2f} s controller {self.hosts:8.2f} s hosts"


def cost(act: Callable[[], object], containers: Sequence[Container], repeats: int) -> Cost:
    """The cheapest of ``repeats`` runs of ``act``."""
    return min(_once(act, containers) for _ in range(repeats))


def costs(acts: Mapping[str, Callable[[], object]], containers: Sequence[Container], repeats: int) -> dict[str, Cost]:
    """The cheapest run of each, all of them in turn: a busy minute of the machine is then a busy one for each."""
    rounds = [{name: _once(act, containers) for name, act in acts.items()} for _ in range(repeats)]
    return {name: min(one[name] for one in rounds) for name in acts}


def _once(act: Callable[[], object], containers: Sequence[Container]) -> Cost:
    hosts_before, before, start = _hosts(containers), _controller(), time.perf_counter()
    act()
    wall, controller = time.perf_counter() - start, _controller() - before
    return Cost(wall, controller, _hosts(containers) - hosts_before)


def _controller() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _hosts(containers: Sequence[Container]) -> float:
    return sum(int(one.attach(["/bin/sh", "-c", f"{_V1} || {_V2}"])) / 1e9 for one in containers)


@dataclass(frozen=True)
class Goal:
    """``one`` costs at most ``most`` times ``other``."""

    name: str
    one: Cost
    other: Cost
    most: float


def judge(goals: Sequence[Goal]) -> int:
    """Print the ratio of each beside its goal, which is about wall time; the exit code says whether all are met."""
    is_met = []
    for goal in goals:
        wall, processor = goal.one.wall / goal.other.wall, goal.one.processor / goal.other.processor
        is_met.append(wall <= goal.most)
        words = "met" if is_met[-1] else "MISSED"
        print(f"{goal.name:<44} {wall:6.2f} wall {processor:6.2f} processor   goal ≤ {goal.most}  {words}")
    return 0 if all(is_met) else 1
