# SPDX-License-Identifier: GPL-3.0-or-later
"""Which schedules there are: one fault at every call of every scenario, and by a seed several of them and any order."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from random import Random

from ansible_collections.fractalops.infra.tests.simulation.documents import WINDOW_SECONDS
from ansible_collections.fractalops.infra.tests.simulation.fault import Fault
from ansible_collections.fractalops.infra.tests.simulation.scenario import SCENARIOS
from ansible_collections.fractalops.infra.tests.simulation.schedule import Course, Schedule

#: Beyond every deadline.
FROZEN_SECONDS = WINDOW_SECONDS + 5.0
KINDS = ("kill", "power", "freeze", "stall", "full")
#: Processes that only some faults bring to work, and how far to count for them.
GUARDS = {"guard": 60, "sleeper": 60}
MOST_FAULTS = 4


@functools.cache
def calls(scenario: str) -> dict[str, int]:
    """How many changes each kind of process makes when nothing goes wrong."""
    return Course(Schedule(scenario)).run().changes


def faults(what: str, scenario: str) -> Iterator[Fault]:
    """Every place for one fault."""
    for kind, most in calls(scenario).items():
        if what == "full" and kind in GUARDS:
            continue  # a rollback that finds no room ends once and loudly, as it should
        for number in range(1, most + 1):
            if what == "power":
                yield from (Fault(what, kind, number, kept=kept) for kept in ("nothing", "some", "all"))
            else:
                yield Fault(what, kind, number, seconds=0.0 if what == "kill" else FROZEN_SECONDS)


def single(what: str) -> Iterator[Schedule]:
    """One fault of this kind, everywhere."""
    for scenario in SCENARIOS:
        yield from (Schedule(scenario, (fault,)) for fault in faults(what, scenario))


def race(seed: int) -> Schedule:
    """Two runs on one host, in any order of turns; somebody is held up early, for shorter or longer."""
    random = Random(seed)
    scenario = random.choice([name for name, one in SCENARIOS.items() if one.second_after is not None])
    kind = random.choice(("module", "module", "activate", "confirm", "guard", "sleeper"))
    held = Fault("freeze", kind, random.randint(1, 12), random.choice((0.3, 3.0, FROZEN_SECONDS)))
    return Schedule(scenario, (held,), random.choice((None, seed)))


def several(seed: int) -> Schedule:
    """Up to four faults of any kind, the guards among those that they befall, and now and then any order of turns."""
    random = Random(seed)
    scenario = random.choice(list(SCENARIOS))
    places = {**GUARDS, **calls(scenario)}
    chosen = []
    for _number in range(random.randint(0, MOST_FAULTS)):
        kind = random.choice(list(places))
        what = random.choice(KINDS[:-1])
        seconds = random.choice((0.3, WINDOW_SECONDS / 2, FROZEN_SECONDS))
        kept = random.choice(("nothing", "some", "all"))
        chosen.append(Fault(what, kind, random.randint(1, places[kind]), seconds, kept))
    return Schedule(scenario, tuple(chosen), random.choice((None, seed)))
