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
from .health import probe

_FACTS = (*in_force.FACTS, "SubState", "Result")


@dataclass(frozen=True)
class UnitHealth:
    """One unit. ``asked`` is its health URL, or None; ``why`` says what is wrong, None when nothing is."""

    unit: str
    asked: str | None
    why: str | None

    def data(self) -> dict[str, Any]:
        """As plain data."""
        return {"unit": self.unit, "state": "unhealthy" if self.why else "healthy", "url": self.asked, "why": self.why}


def running_generation(layout: Layout) -> Generation:
    """What runs: the generation on trial, else the confirmed one. Raises HostError where there is none."""
    generation_id = running_id(layout)
    if generation_id is None:
        raise HostError(str(layout.confirmed), "no generation runs here", "run the site playbook with --tags hosts")
    return GenerationStore(layout).load(generation_id)


def unit_health(layout: Layout, generation: Generation) -> list[UnitHealth]:
    """Every unit, sorted: in its state, answering where it has a health URL, and run as it was declared."""
    shown = systemd.show(generation.live, _FACTS)
    wrong = {one.subject: f"{one.found}, not {one.expected}" for one in unit_drift.states(generation, shown)}
    asked = dict(_asked(generation, wrong))
    with ThreadPoolExecutor(max_workers=8) as pool:
        wrong.update({name: answer for name, answer in zip(asked, pool.map(_answer, asked.values())) if answer})
    wrong = {**_not_in_force(layout, generation, shown), **wrong}
    healths = {name: unit.health for name, unit in generation.live.items()}
    return [
        UnitHealth(name, health.url if health and name in asked else None, wrong.get(name))
        for name, health in sorted(healths.items())
    ]


def _not_in_force(layout: Layout, generation: Generation, shown: unit_drift.Shown) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for gap in in_force.gaps(layout, generation, shown):
        found.setdefault(gap.unit, []).append(f"{gap.directive} is not in force: {gap.why}")
    return {unit: "; ".join(whys) for unit, whys in found.items()}


def _asked(generation: Generation, wrong: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """A unit that is down is not asked: something else may answer at its port."""
    for name, unit in sorted(generation.live.items()):
        if unit.runs and unit.health and name not in wrong:
            yield name, unit.health


def _answer(health: Any) -> str | None:
    answer = probe(health)
    return f"{health.url} {answer}" if answer else None
