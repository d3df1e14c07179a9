# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulation sees mistakes: whatever it could not see would prove nothing of all the other tests here."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.tests.simulation.mutant import Mutant
from ansible_collections.fractalops.infra.tests.simulation.mutants import MUTANTS
from ansible_collections.fractalops.infra.tests.simulation.schedule import Course, Schedule

#: A change of the product moves the calls at which a fault shows something.
NEARBY = sorted(range(-12, 13), key=abs)


def near(schedule: Schedule) -> Iterator[Schedule]:
    """The schedule, then those whose faults come a few calls earlier or later."""
    for shift in NEARBY if schedule.faults else (0,):
        moved = [dataclasses.replace(fault, number=max(1, fault.number + shift)) for fault in schedule.faults]
        yield dataclasses.replace(schedule, faults=tuple(moved))


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.words)
def test_a_mistake_in_the_product_is_seen(mutant: Mutant) -> None:
    with mutant.in_place():
        shown_by = next((one for one in near(mutant.seen_by) if Course(one).run().problems), None)
    assert shown_by is not None
    assert Course(shown_by).run().problems == []
