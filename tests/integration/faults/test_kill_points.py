# SPDX-License-Identifier: GPL-3.0-or-later
"""SIGKILL at every step: the host ends whole, on its old generation or on its new one; the next run mends the rest.

Most of the time is spent waiting for guards, so all kills that were asked for are made side by side on a few hosts,
each host going from one generation to another and back; the tests then tell what became of theirs.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.direct_host import DirectHost, Document, document
from ansible_collections.fractalops.infra.tests.integration.faults.fault_point import FaultHook
from ansible_collections.fractalops.infra.tests.integration.faults.judge import NOTHING, Expected, look, verdict
from ansible_collections.fractalops.infra.tests.integration.faults.kill_points import CORE, KILLS, NEW, OLD, Kill
from ansible_collections.fractalops.infra.tests.integration.faults.side_by_side import asked, of, side_by_side
from ansible_collections.fractalops.infra.tests.lab import hosts, site
from ansible_collections.fractalops.infra.tests.lab.errors import LabError

HOSTS = 6
FIRST_HOST = 31
#: From arming the guard to its rollback, unless this machine is slower than that: see ``victims``.
SHORTEST_WINDOW_SECONDS = 9
FIRST_WINDOW_SECONDS = 120
STAGING = 2
WHAT = {
    STAGING: "killed while it stages",
    3: "killed from arming the guard to the end of the trial",
    4: "killed between trial and commit",
    5: "killed after the commit, before its clean-up",
    11: "a guard or a rollback is killed",
}
REF = "bao://secret/runtime/postgres#password"
WIPE = """
systemctl list-units --plain --no-legend --all 'fractalops-*' | cut -d' ' -f1 | xargs -r systemctl stop
rm -rf /etc/fractalops /run/fractalops /etc/systemd/system/fractalops-* /etc/sysusers.d/fractalops.conf \
  /etc/systemd/system/multi-user.target.wants/fractalops-* /etc/tmpfiles.d/fractalops.conf
systemctl daemon-reload
systemctl reset-failed
"""


@dataclass(frozen=True)
class Fate:
    """What became of one kill. ``after`` is the verdict once the next run was done, ``said`` its warnings."""

    reached: list[str]
    ends: str
    after: str
    changed: bool
    said: str
    half: list[str]


class Victim:
    """One host on one of two generations, and its way through kills."""

    def __init__(self, host: DirectHost) -> None:
        self._host, self._hook = host, FaultHook(host.container)
        self._documents, self._dead = documents(FIRST_WINDOW_SECONDS)
        """Of the documents, the first is the one the host is on, or on nothing."""

    def suffer(self, kill: Kill) -> Fate:
        """What became of a kill; when the harness itself lost its way, the host begins anew for the next one."""
        try:
            return self._suffer(kill)
        except (AssertionError, LabError):
            self._host.run(WIPE)
            self.begin()
            raise

    def _suffer(self, kill: Kill) -> Fate:
        """Kill, let the host settle, judge it; then an ordinary run, and judge again."""
        if kill.start == NOTHING:
            self._host.run(WIPE)
        old = None if kill.start == NOTHING else self._documents[0]
        new = self._dead if kill.release == "dead" else self._documents[1]
        candidates = {OLD: Expected.of(old), NEW: Expected.of(new)}
        if kill.row == STAGING:  # or there is nothing to write: the host keeps what it was once given
            self._host.run(f"rm -rf /etc/fractalops/generations/{candidates[NEW].id}")
        self._hook.stop_at(*kill.points)
        self._activate(kill, new)
        ends = verdict(self._host, candidates)
        reached = self._hook.reached()
        self._hook.clear()
        following = self._documents[1]
        run = self._host.apply(following)
        assert not run.get("failed"), f"after {kill.name} ({ends}) the next run failed: {run}"
        after = verdict(self._host, {NEW: Expected.of(following)})
        self._documents.reverse()
        said = " ".join(str(word) for word in run.get("warnings", []))
        return Fate(reached, ends, after, bool(run["changed"]), said, look(self._host)["half"])

    def prepare(self) -> float:
        """With the hook planted, on a first generation; how many seconds that took."""
        self._host.prepare()
        self._hook.plant()
        started = time.monotonic()
        self.begin()
        return time.monotonic() - started

    def hurry(self, window_seconds: int) -> None:
        """From here on with this window."""
        self._documents, self._dead = documents(window_seconds)
        self.begin()

    def begin(self) -> None:
        """On the first generation."""
        run = self._host.apply(self._documents[0])
        assert not run.get("failed"), run

    def _activate(self, kill: Kill, new: Document) -> None:
        with contextlib.suppress(AssertionError):  # a killed module says nothing
            answer = self._host.activate(new)
            if kill.is_confirmed and not answer.get("failed"):
                self._host.confirm(answer)


def services(which: str, other: str) -> dict[str, Any]:
    """One service that stays, one that changes, one that the other generation lacks."""
    ports = {"left": 8083, "right": 8084}
    return {
        "fractalops-jobs": site.service("fractalops-jobs", 8082, {}),
        "fractalops-api": named(f"api-{which}", site.service("fractalops-api", 8081, {"db-password": REF})),
        f"fractalops-{which}": site.service(f"fractalops-{which}", ports[which], {}),
    }


def named(name: str, service: dict[str, Any]) -> dict[str, Any]:
    """A service whose config lets it answer with another name."""
    service["config"]["content"]["name"] = name
    return service


def documents(window_seconds: int) -> tuple[list[Document], Document]:
    """The two generations hosts go between, and one that never becomes healthy."""
    broken = services("right", "left")
    broken["fractalops-api"]["release"]["id"] = site.BROKEN_RELEASE
    left, right, dead = (
        document(wanted, window_seconds=window_seconds)
        for wanted in (services("left", "right"), services("right", "left"), broken)
    )
    return [left, right], dead


@pytest.fixture(scope="module")
def victims() -> Iterator[list[Victim]]:
    """Fresh hosts, hooks planted, with a window that an activation needs at most half of while all hosts are busy."""
    made = [Victim(DirectHost(one, {f"{REF}@1": "correct horse"})) for one in hosts.up(HOSTS, "kill", FIRST_HOST)]
    took = side_by_side(made, made, lambda _victim, which: which.prepare())
    window = max(SHORTEST_WINDOW_SECONDS, round(2 * max(of(took, one) for one in made)))
    begun = side_by_side(made, made, lambda _victim, which: which.hurry(window))
    for one in made:
        of(begun, one)
    yield made
    hosts.down("kill")


@pytest.fixture(scope="module")
def fates(victims: list[Victim], request: pytest.FixtureRequest) -> dict[tuple[Kill, int], Fate | Exception]:
    """What became of every kill that this session asks for."""
    return side_by_side(victims, asked(request, "kill", Kill), lambda victim, job: victim.suffer(job[0]))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every step when the table is wanted, else those that differ most."""
    if "kill" in metafunc.fixturenames:
        chosen = KILLS if metafunc.config.getoption("--fault-table", default=False) else CORE
        marked = [pytest.param(one, marks=pytest.mark.fault(one.row, WHAT[one.row]), id=one.name) for one in chosen]
        metafunc.parametrize("kill", marked)


def test_killed_at_any_step_a_host_is_whole(
    kill: Kill, repetition: int, fates: dict[tuple[Kill, int], Fate | Exception], record_property: Any
) -> None:
    fate = of(fates, (kill, repetition))
    record_property("kill", kill.name)
    record_property("ends", fate.ends.partition(":")[0])
    record_property("mixed", int(fate.ends not in (OLD, NEW)) + int(fate.after != NEW))
    assert len(fate.reached) == len(kill.points), f"only {fate.reached} of {kill.points} were reached"
    assert fate.ends == kill.ends
    assert fate.after == NEW and not fate.half
    if kill.release == "good":
        assert fate.changed == (kill.ends == OLD)
        assert ("ended rolled-back" in fate.said) == (kill.ends == OLD and kill.has_begun), fate.said
