# SPDX-License-Identifier: GPL-3.0-or-later
"""One schedule: a scenario, the faults in it, whose turn it is; and what is wrong with how it ends."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.fractalops.infra.tests.simulation import scenario
from ansible_collections.fractalops.infra.tests.simulation.controller import Controller
from ansible_collections.fractalops.infra.tests.simulation.expectation import CURRENT, STORE, Expectation
from ansible_collections.fractalops.infra.tests.simulation.fault import Fate, Fault
from ansible_collections.fractalops.infra.tests.simulation.host import Host
from ansible_collections.fractalops.infra.tests.simulation.loss import Loss
from ansible_collections.fractalops.infra.tests.simulation.process import Process
from ansible_collections.fractalops.infra.tests.simulation.scenario import SCENARIOS, Scenario
from ansible_collections.fractalops.infra.tests.simulation.world import Quiet, Restless

OPEN, LAST = "/run/fractalops/transaction.json", "/run/fractalops/last.json"


@dataclass(frozen=True)
class Schedule:
    """Without a ``seed`` everybody works until there is nothing to do."""

    scenario: str
    faults: tuple[Fault, ...] = ()
    seed: int | None = None

    def __str__(self) -> str:
        words = [self.scenario, *map(str, self.faults), *([] if self.seed is None else [f"seed {self.seed}"])]
        return "; ".join(words)


@dataclass
class Course:
    """One schedule on its way. ``problems`` are what must never be; ``changes`` counts those of every kind of process."""

    schedule: Schedule
    problems: list[str] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    trace: list[str] = field(default_factory=list)

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
            host.world.plan = Quiet()
            self._judge(what, host, controllers)
        except Restless as error:
            self.problems.append(str(error))
        finally:
            host.world.end()
        self.problems += [f"{one.kind}: {fault!r}" for one, fault in host.world.tracebacks]
        return self

    def _watch(self, host: Host, process: Process, words: str, where: tuple[object, ...]) -> None:
        self.changes[process.kind] = self.changes.get(process.kind, 0) + 1
        self.trace.append(f"{host.world.now:.3f} {process.owner or '-'} {process.kind}#{self.changes[process.kind]} {words} {where}")
        if words != "rename":
            return
        if where[1] == OPEN:
            before, after = _json(host, OPEN), json.loads(host.world.files.text(str(where[0])) or "{}")
            if before and before["id"] != after["id"]:
                self.problems.append(f"two owners: {before['owner']} and {after['owner']}")
        elif where[1] == f"{STORE}/confirmed":
            opened, wanted = _json(host, OPEN), host.world.files.target(str(where[0]))
            if not opened or opened["stage"] != "healthy" or f"generations/{opened['new']}" != wanted:
                self.problems.append(f"{process.kind} commits {wanted} although what is open is {opened}")

    def _judge(self, what: Scenario, host: Host, controllers: list[Controller]) -> None:
        candidates = [what.old, what.new, *([what.third] if what.second_after is not None else [])]
        ended = self._whole(host, candidates, "at the end")
        self.problems += _unfaithful(host, controllers, candidates, ended)
        if ended is None:
            return
        self._stale_confirm(host, controllers)
        if self._whole(host, candidates, "after a stale confirm") is not ended:
            self.problems.append("a stale confirm moved the host")
        host.lose_power(Loss())
        host.world.run()
        if self._whole(host, candidates, "after a power cut in peace") is not ended:
            self.problems.append("a power cut in peace moved the host")
        self._next_run(what, host)

    def _whole(self, host: Host, candidates: list[Expectation], when: str) -> Expectation | None:
        """The generation that the host is wholly on."""
        pointer = (host.world.files.target(f"{STORE}/confirmed") or "").rpartition("/")[2] or None
        for one in candidates:
            if one.id == pointer:
                self.problems += [f"{when}, on {one.version}: {words}" for words in _complaints(host, one)]
                return one
        self.problems.append(f"{when}: the boot pointer leads to {pointer}")
        return None

    def _stale_confirm(self, host: Host, controllers: list[Controller]) -> None:
        last = _json(host, LAST)
        programs = [name for name in host.world.files.names("/run/fractalops") if name.startswith("agent-")]
        if last and programs:
            host.agent(["python3", "-I", f"/run/fractalops/{programs[0]}", "confirm", last["id"]], "stale")
            host.world.run()

    def _next_run(self, what: Scenario, host: Host) -> None:
        """Whoever comes next, when all is in order, gets there."""
        wanted = scenario.old() if what.behaves or what.is_repair else what.new
        controller = Controller(host, "next")
        controller.begin(scenario.payload(wanted))
        host.world.run()
        told = controller.told or {}
        if told.get("failed", True) and told.get("changed", True):
            self.problems.append(f"the next run: {told or 'no answer'}")
        self.problems += [f"after the next run: {words}" for words in _complaints(host, wanted)]


def _complaints(host: Host, wanted: Expectation) -> Iterator[str]:
    yield from wanted.complaints(host)
    opened = _json(host, OPEN)
    if opened and (opened["stage"] != "verified" or opened["old"] != wanted.id):
        yield f"a transaction is open: {opened}"


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
        return json.loads(text) if text else None  # type: ignore[no-any-return]
    return {"id": "torn", "stage": "torn", "old": None, "new": None, "owner": None, "reason": text}
