# SPDX-License-Identifier: GPL-3.0-or-later
"""Which units were started from something else than what is there now."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift import unit_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.finding import Kind
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.stale import stale
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import DROPIN_NAME, Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.durable import point_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import monotonic

from ..fake_systemd import DOWN, FakeSystemd
from ..samples import a_generation, a_unit

GENERATION = a_generation(x=a_unit(), y=a_unit())
UNIT = "x.service"


def later() -> None:
    """Long enough for the clock of the file system to tell two moments apart."""
    time.sleep(0.03)


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host whose generation was confirmed a moment ago."""
    layout = Layout(tmp_path)
    (tmp_path / "run").mkdir()
    store = GenerationStore(layout)
    store.stage(GENERATION, {})
    unit_link.ensure(unit_link.stubs(layout, GENERATION))
    store.confirm(GENERATION.id)
    later()
    return layout


def start(fake: FakeSystemd, *names: str) -> None:
    """Start units now."""
    fake.start(*names)
    for name in names:
        fake.units[name] = {**fake.units[name], "ActiveEnterTimestampMonotonic": str(int(monotonic() * 1e6))}
    later()


def link(layout: Layout) -> Path:
    return layout.unit_stubs / UNIT


def dropin(layout: Layout) -> Path:
    return layout.unit_stubs / f"{UNIT}.d" / DROPIN_NAME


def stored(layout: Layout) -> Path:
    return layout.generation(GENERATION.id) / "units" / UNIT


def config(layout: Layout) -> Path:
    return layout.generation(GENERATION.id) / "files" / UNIT / "config.json"


def write_again(path: Path) -> None:
    path.write_bytes(path.read_bytes())


def come_and_go(layout: Layout) -> None:
    """A drop-in of an administrator."""
    other = dropin(layout).with_name("other.conf")
    other.touch()
    other.unlink()


#: What somebody does after the unit was started, and what is said to have changed.
TAKEN_BACK: dict[str, tuple[Callable[[Layout], object], Callable[[Layout], Path]]] = {
    "the link of the unit": (lambda layout: point_link(link(layout), os.readlink(link(layout))), link),
    "the link laid over it": (lambda layout: point_link(dropin(layout), os.readlink(dropin(layout))), dropin),
    "the stored unit": (lambda layout: write_again(stored(layout)), stored),
    "a config file": (lambda layout: write_again(config(layout)), config),
    "a drop-in": (come_and_go, lambda layout: dropin(layout).parent),
    "no link any more": (lambda layout: link(layout).unlink(), link),
}


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_a_unit_that_came_up_before_its_file_was_changed_last_is_one(
    layout: Layout, fake: FakeSystemd, what: str
) -> None:
    act, path = TAKEN_BACK[what]
    start(fake, UNIT, "y.service")
    act(layout)
    assert stale(layout, GENERATION) == {UNIT: path(layout)}


@pytest.mark.parametrize("what", TAKEN_BACK)
def test_a_unit_that_was_tried_with_its_generation_is_none(layout: Layout, fake: FakeSystemd, what: str) -> None:
    start(fake, UNIT)
    GenerationStore(layout).confirm(GENERATION.id)
    later()
    TAKEN_BACK[what][0](layout)
    assert stale(layout, GENERATION) == {}


@pytest.mark.parametrize("what", ["the link of the unit", "the link laid over it", "the stored unit", "a drop-in"])
def test_a_unit_that_came_up_after_all_was_right_again_is_none(layout: Layout, fake: FakeSystemd, what: str) -> None:
    TAKEN_BACK[what][0](layout)
    later()
    start(fake, UNIT)
    assert stale(layout, GENERATION) == {}


def test_a_unit_that_does_not_run_is_none(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    fake.units[UNIT] = {**fake.units[UNIT], **DOWN}
    link(layout).unlink()
    assert stale(layout, GENERATION) == {}


def test_a_file_that_is_damaged_now_is_said_elsewhere(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    stored(layout).write_text("another")
    assert stale(layout, GENERATION) == {}


def test_a_file_in_the_place_of_a_link_is_said_elsewhere(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    link(layout).unlink()
    link(layout).touch()
    assert stale(layout, GENERATION) == {}


def test_another_comment_is_no_sign_of_another_process(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    stored(layout).write_text(stored(layout).read_text() + "# seen by me\n")
    assert stale(layout, GENERATION) == {}


def test_a_file_with_another_mode_is_said_elsewhere(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    stored(layout).chmod(0o666)
    assert stale(layout, GENERATION) == {}


def test_a_drop_in_that_stays_is_kept_and_no_sign_of_another_process(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    dropin(layout).with_name("other.conf").touch()
    assert stale(layout, GENERATION) == {}


def test_systemd_is_asked_for_nothing_while_nothing_was_changed(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT)
    assert stale(layout, GENERATION) == {}
    assert fake.did("systemctl show") == []


def test_a_host_without_a_generation_has_none(tmp_path: Path) -> None:
    assert stale(Layout(tmp_path), GENERATION) == {}


def test_drift_says_since_when_and_a_run_restarts_the_unit(layout: Layout, fake: FakeSystemd) -> None:
    start(fake, UNIT, "y.service")
    point_link(link(layout), os.readlink(link(layout)))
    (finding,) = unit_drift.processes(layout, GENERATION)
    assert (finding.kind, finding.subject) == (Kind.PROCESS, UNIT)
    assert finding.found == f"started before {link(layout)} was changed last"
    plan = make_plan(layout, GENERATION)
    assert plan.units.changed == [UNIT]
    assert plan


@pytest.mark.parametrize("what", ["the link of the unit", "a file that stays"])
def test_a_new_generation_does_not_keep_the_process_of_an_edit(layout: Layout, fake: FakeSystemd, what: str) -> None:
    if what == "a file that stays":
        stored(layout).write_text("[Service]\nExecStart=/bin/false\n")
        later()
    start(fake, UNIT, "y.service")
    if what == "the link of the unit":
        point_link(link(layout), os.readlink(link(layout)))
    new = a_generation(x=a_unit(), y=a_unit(), z=a_unit())
    assert make_plan(layout, new).units.changed == [UNIT]
