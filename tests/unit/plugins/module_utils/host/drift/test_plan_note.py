# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said before a run that an operator may not expect."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan_note import notes
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import UnitChanges

from ..fake_systemd import DOWN, FakeSystemd
from ..samples import a_generation, a_unit

MASKED = Generation.parse({**a_generation().document, "masks": ["apt-dayly.timer", "apt-daily.timer"]})
TIMER = "[Timer]\nOnCalendar=daily\nPersistent=true\n"


def timer(text: str) -> Generation:
    return Generation.parse({**a_generation().document, "units": {"x.timer": a_unit(text=text)}})


def test_a_job_at_work_that_leaves_the_topology_is_named(tmp_path: Path) -> None:
    units = UnitChanges(removed=["job.service", "y.service"])
    said = notes(Layout(tmp_path), a_generation(), units, {"job.service": "activating", "y.service": "active"})
    assert said == [
        "job.service is at work now and is stopped in the middle of it, since it leaves the topology",
    ]


def test_a_mask_of_a_unit_that_is_not_there_is_named_before_it_holds(tmp_path: Path, fake: FakeSystemd) -> None:
    fake.units["apt-daily.timer"] = DOWN
    assert make_plan(Layout(tmp_path), MASKED).notes == [
        "apt-dayly.timer is masked and is not on this host: correct its name, or keep the mask for a later installation"
    ]


@pytest.mark.parametrize("text", [TIMER, TIMER.replace("true", "yes"), "[Timer]\nPersistent = on\n"])
def test_a_persistent_timer_says_that_it_waits_for_its_next_time(tmp_path: Path, text: str) -> None:
    (said,) = notes(Layout(tmp_path), timer(text), UnitChanges(added=["x.timer"]), {})
    assert said == "x.timer makes up for missed times, and this is its first start: it waits for its next time"


@pytest.mark.parametrize("text", ["[Timer]\nPersistent=false\n", "[Timer]\nOnCalendar=daily\n"])
def test_a_timer_that_makes_up_for_nothing_says_nothing(tmp_path: Path, text: str) -> None:
    assert notes(Layout(tmp_path), timer(text), UnitChanges(added=["x.timer"]), {}) == []


def test_a_timer_that_has_fired_on_this_host_says_nothing(tmp_path: Path) -> None:
    stamp = tmp_path / "var/lib/systemd/timers/stamp-x.timer"
    stamp.parent.mkdir(parents=True)
    stamp.touch()
    assert notes(Layout(tmp_path), timer(TIMER), UnitChanges(added=["x.timer"]), {}) == []
