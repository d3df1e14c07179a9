# SPDX-License-Identifier: GPL-3.0-or-later
"""One schedule: a scenario, the faults in it, whose turn it is; and what is wrong with how it ends."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.fractalops.infra.tests.simulation import scenario
from ansible_collections.fractalops.infra.tests.simulation.controller import Controller
from ansible_collections.fractalops.infra.tests.simulation.expectation import STORE, Expectation
from ansible_collections.fractalops.infra.tests.simulation.fault import Fate, Fault
from ansible_collections.fractalops.infra.tests.simulation.host import Host
from ansible_collections.fractalops.infra.tests.simulation.loss import Loss
from ansible_collections.fractalops.infra.tests.simulation.process import Process
from ansible_collections.fractalops.infra.tests.simulation.scenario import SCENARIOS, Scenario
from ansible_collections.fractalops.infra.tests.simulation.world import Quiet, RestlessError

#: The sleeper waits for one second more than the timer.
LATE_SECONDS = 2.0
OPEN, LAST = "/run/fractalops/transaction.json", "/run/fractalops/last.json"


@dataclass(frozen=True)
class Schedule:
    """Without a ``seed`` everybody works until there is nothing to do."""

    scenario: str
    faults: tuple[Fault, ...] = ()
    seed: int | None = None

    @property
    def is_quiet(self) -> bool:
        """Nothing goes wrong."""
        return not self.faults and self.seed is None

    def __str__(self) -> str:
        words = [self.scenario, *map(str, self.faults), *([] if self.seed is None else [f"seed {self.seed}"])]
        return "; ".join(words)


@dataclass
class Course:
    """One schedule on its way. ``problems`` are what must never be; ``changes`` counts those of each
    kind of process until the host was at rest."""

    schedule: Schedule
    problems: list[str] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    _was_moved: bool = False
    _steps: list[tuple[float, Process, int, str, tuple[object, ...]]] = field(default_factory=list)

    @property
    def trace(self) -> list[str]:
        """Every change that was made, one a line."""
        return [
            f"{now:.3f} {process.owner or '-'} {process.kind}#{number} {words} {' '.join(map(str, where))}"
            for now, process, number, words, where in self._steps
        ]

    def run(self) -> Course:
        """From the beginning to the judgement."""
        what: Scenario = SCENARIOS[self.schedule.scenario]
        host = what.host()
        fate = Fate(host, self.schedule.faults, self.schedule.seed)
        host.world.plan = fate
        host.world.watchers.append(lambda process, words, where: self._watch(host, process, words, where))
        try:
            controllers = what.begin(host)
            host.world.run()
            self.changes = dict(self.seen)
            host.world.plan = Quiet()
            self._judge(what, host, controllers)
        except RestlessError as error:
            self.problems += [] if _found_no_room(host) else [str(error)]
        finally:
            host.world.end()
        self.problems += [f"{one.kind}: {fault!r}" for one, fault in host.world.tracebacks]
        return self

    def _watch(self, host: Host, process: Process, words: str, where: tuple[object, ...]) -> None:
        self.seen[process.kind] += 1
        self._steps.append((host.world.now, process, self.seen[process.kind], words, where))
        for path in host.lasting if self._was_moved else ():
            if host.world.files.target(path) is None:
                self.problems.append(f"{path} is gone before {process.kind}#{self.seen[process.kind]}")
        self._was_moved = words in ("rename", "unlink")
        if words == "unlink" and where[0] == OPEN:
            self._must_be_in_time(host)
        elif words == "rename" and where[1] == OPEN:
            self._must_be_the_only_one(host, str(where[0]))
        elif words == "rename" and where[1] == f"{STORE}/confirmed":
            self._must_be_due(host, process, str(where[0]))

    def _must_be_the_only_one(self, host: Host, path: str) -> None:
        """A transaction that is begun or goes on is the open one, if there is one."""
        before, after = _json(host, OPEN), _json(host, path)
        if before and after and before["id"] != after["id"]:
            self.problems.append(f"two owners: {before['owner']} and {after['owner']}")

    def _must_be_due(self, host: Host, process: Process, path: str) -> None:
        """Only a confirm by the owner of the open and healthy transaction moves the boot pointer, to what it tried."""
        opened, wanted = _json(host, OPEN), host.world.files.target(path)
        is_whose = opened is not None and opened["id"] in process.words and opened["owner"] == process.owner
        due = opened if opened and is_whose and opened["stage"] == "healthy" else None
        if due is None or f"generations/{due['new']}" != wanted:
            self.problems.append(f"{process.kind} commits {wanted} although what is open is {opened}")

    def _must_be_in_time(self, host: Host) -> None:
        """A host on which nothing goes wrong but the generation is back soon after the deadline."""
        late = host.world.now - (_json(host, OPEN) or {}).get("deadline", host.world.now)
        if self.schedule.is_quiet and late > LATE_SECONDS:
            self.problems.append(f"it ends {late:.1f} s after its deadline")

    def _judge(self, what: Scenario, host: Host, controllers: list[Controller]) -> None:
        if what.ends == "rollback-failed":
            self.problems += [] if self.schedule.faults else _loudly_failed(host, what.old)
            return
        if _found_no_room(host):
            return
        candidates = [what.old, what.new, *([what.third] if what.second_after is not None else [])]
        ended = self._whole(host, candidates, "at the end")
        self.problems += _unfaithful(host, controllers, candidates, ended)
        if ended is None:
            return
        if self.schedule.is_quiet and ended is not getattr(what, what.ends):
            self.problems.append(f"nothing went wrong, and the host is on {ended.version}")
        self.problems += _lost(host, candidates)
        self._stay(host, candidates, ended)
        self._next_run(what, host)

    def _stay(self, host: Host, candidates: list[Expectation], ended: Expectation) -> None:
        """Neither a late confirm nor, in every second schedule, a power cut moves a host that has come to its end."""
        last = _json(host, LAST)
        if last:
            host.stray_confirm(last["id"])
            host.world.run()
        if sum(fault.number for fault in self.schedule.faults) % 2 == 0:
            host.lose_power(Loss())
            host.world.run()
        if self._whole(host, candidates, "in peace") is not ended:
            self.problems.append("a late confirm or a power cut in peace moved the host")

    def _whole(self, host: Host, candidates: list[Expectation], when: str) -> Expectation | None:
        """The generation that the host is wholly on."""
        pointer = (host.world.files.target(f"{STORE}/confirmed") or "").rpartition("/")[2] or None
        for one in candidates:
            if one.id == pointer:
                self.problems += [f"{when}, on {one.version}: {words}" for words in _complaints(host, one)]
                return one
        self.problems.append(f"{when}: the boot pointer leads to {pointer}")
        return None

    def _next_run(self, what: Scenario, host: Host) -> None:
        """Whoever comes next, when all is in order, gets there, and the host stays there when the power goes."""
        wanted = scenario.old() if what.behaves or what.is_repair else what.new
        controller = Controller(host, "next")
        controller.begin(scenario.payload(wanted))
        host.world.run()
        told = controller.told or {}
        if told.get("failed", True) and told.get("changed", True):
            self.problems.append(f"the next run: {told or 'no answer'}")
        self.problems += [f"after the next run: {words}" for words in _complaints(host, wanted)]
        host.lose_power(Loss())
        host.world.run()
        # A link that a failed repair had made is there for that run, and may be gone with the power.
        booted = what.old if what.is_repair else wanted
        self.problems += [f"booted after the next run: {words}" for words in _complaints(host, booted)]


def _complaints(host: Host, wanted: Expectation) -> Iterator[str]:
    yield from wanted.complaints(host)
    opened = _json(host, OPEN)
    if opened and (opened["stage"] != "verified" or opened["old"] != wanted.id):
        yield f"a transaction is open: {opened}"


def _found_no_room(host: Host) -> bool:
    """A rollback on a full disk ended once and loudly, as it should."""
    return host.was_full and (_json(host, LAST) or {}).get("stage") == "rollback-failed"


def _lost(host: Host, candidates: list[Expectation]) -> Iterator[str]:
    """What is not in the store any more of the generation before, to which a rollback by hand would go."""
    came_from = (_json(host, LAST) or {}).get("old")
    for one in candidates:
        if one.id == came_from:
            yield from (f"what it came from: {words}" for words in one.on_disk(host.world.files))


def _loudly_failed(host: Host, old: Expectation) -> Iterator[str]:
    """The old generation could not be brought back: that is told, and only its services are amiss."""
    last = _json(host, LAST)
    if not last or last["stage"] != "rollback-failed":
        yield f"the old generation fails, and what is told is {last}"
    yield from old.on_disk(host.world.files)
    yield from old.of_links(host.world.files, is_fresh=False)


def _unfaithful(
    host: Host, controllers: list[Controller], candidates: list[Expectation], ended: Expectation | None
) -> Iterator[str]:
    """Replies that are not true."""
    last = _json(host, LAST)
    if last and not _json(host, OPEN) and host.boots == 1 and ended is not None:
        on = last["new"] if last["stage"] == "confirmed" else last["old"]
        if on != ended.id or last["stage"] == "rollback-failed":
            yield f"the last transaction says {last['stage']}: {last['reason']}"
    stages = [(one.told or {}).get("stage") for one in controllers]
    if len(controllers) == 1 and ended is not None:
        wanted = {"confirmed": candidates[1].id, "rolled-back": candidates[0].id}.get(str(stages[0]), ended.id)
        if ended.id != wanted:
            yield f"the controller was told {stages[0]}, and the host is on {ended.version}"


def _json(host: Host, path: str) -> dict[str, Any] | None:
    text = host.world.files.text(path)
    with contextlib.suppress(ValueError):
        return json.loads(text) if text else None
    return {"id": "torn", "stage": "torn", "old": None, "new": None, "owner": None, "reason": text}
