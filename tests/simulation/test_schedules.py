# SPDX-License-Identifier: GPL-3.0-or-later
"""However an activation is disturbed, its host ends wholly on the old generation or wholly on the new one.

A sample that is the same every time; ``tests/simulation/run`` makes all.
"""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest
from ansible_collections.fractalops.infra.tests.simulation.exploration import KINDS, race, several, single
from ansible_collections.fractalops.infra.tests.simulation.scenario import SCENARIOS
from ansible_collections.fractalops.infra.tests.simulation.schedule import Course, Schedule

SEED = 20
#: Of each kind of single fault; of several at once and any order of turns; of two runs.
SINGLE, SEVERAL, RACES = 30, 80, 40


def mixed(schedules: Iterable[Schedule]) -> dict[str, list[str]]:
    """Schedule → what is wrong with its end, for those with which something is."""
    courses = [Course(schedule).run() for schedule in schedules]
    return {repr(course.schedule): course.problems for course in courses if course.problems}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_undisturbed_a_host_ends_where_it_should(scenario: str) -> None:
    assert mixed([Schedule(scenario)]) == {}


@pytest.mark.parametrize("part", range(2))
@pytest.mark.parametrize("what", KINDS)
def test_one_fault_at_any_change_leaves_no_host_mixed(what: str, part: int) -> None:
    sample = Random(SEED).sample(list(single(what)), SINGLE)
    assert mixed(sample[part::2]) == {}


@pytest.mark.parametrize("part", range(4))
def test_several_faults_in_any_order_leave_no_host_mixed(part: int) -> None:
    assert mixed(several(seed) for seed in range(part, SEVERAL, 4)) == {}


@pytest.mark.parametrize("part", range(4))
def test_two_runs_in_any_order_have_one_owner(part: int) -> None:
    assert mixed(race(seed) for seed in range(part, RACES, 4)) == {}
