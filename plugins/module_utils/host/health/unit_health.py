# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether the units of this host do their work now. Asks only, only units of ours, and only on the host itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from ..drift import unit_drift
from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..proof import in_force
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction.status import running_id
from .check import Check, HttpCheck, LastRunCheck, checks
from .health import ANSWER_SECONDS, PARALLEL
from .probe import RUN, is_new, probe

_FACTS = (*in_force.FACTS, "SubState", *RUN)


@dataclass(frozen=True)
class UnitHealth:
    """One unit. ``asked`` is how, None when it was not; ``why`` says what is wrong, ``note`` what is no fault."""

    unit: str
    asked: Check | None
    why: str | None
    note: str | None = None

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "unit": self.unit,
            "state": "unhealthy" if self.why else "healthy",
            "url": self.asked.url if isinstance(self.asked, HttpCheck) else None,
            "asked": self.asked.where if self.asked else None,
            "why": self.why,
            "note": self.note,
        }


def running_generation(layout: Layout) -> Generation:
    """What runs: the generation on trial, else the confirmed one. Raises HostError where there is none."""
    generation_id = running_id(layout)
    if generation_id is None:
        raise HostError(str(layout.confirmed), "no generation runs here", "run the site playbook with --tags hosts")
    return GenerationStore(layout).load(generation_id)


def unit_health(layout: Layout, generation: Generation) -> list[UnitHealth]:
    """Every unit, sorted: in its state, healthy where it is asked, and run as it was declared."""
    shown = systemd.show(generation.live, _FACTS)
    wrong = {one.subject: f"{one.found}, not {one.expected}" for one in unit_drift.states(generation, shown)}
    asked = dict(_asked(layout, generation, wrong))
    with ThreadPoolExecutor(max_workers=PARALLEL) as pool:
        wrong.update({name: answer for name, answer in zip(asked, pool.map(_answer, asked.items())) if answer})
    wrong = {**_not_in_force(layout, generation, shown), **wrong}
    return [
        UnitHealth(name, asked.get(name), wrong.get(name), _note(asked.get(name), shown[name]))
        for name in sorted(generation.live)
    ]


def _not_in_force(layout: Layout, generation: Generation, shown: unit_drift.Shown) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for gap in in_force.gaps(layout, generation, shown):
        found.setdefault(gap.unit, []).append(f"{gap.directive} is not in force: {gap.why}")
    return {unit: "; ".join(whys) for unit, whys in found.items()}


def _asked(layout: Layout, generation: Generation, wrong: Mapping[str, str]) -> Iterator[tuple[str, Check]]:
    """A unit that is down is not asked: something else may answer at its port. A job is down most of the time."""
    for name, check in sorted(checks(layout, generation).items()):
        unit = generation.live[name]
        if name not in wrong and (unit.runs or (isinstance(check, LastRunCheck) and not unit.rests)):
            yield name, check


def _answer(asked: tuple[str, Check]) -> str | None:
    name, check = asked
    answer = probe(name, check, ANSWER_SECONDS)
    return f"{check.where} {answer}" if answer else None


def _note(check: Check | None, shown: systemd.Properties) -> str | None:
    is_job = isinstance(check, LastRunCheck)
    return "did not run since the host was started" if is_job and is_new(shown) else None
