# SPDX-License-Identifier: GPL-3.0-or-later
"""What an end of an activation touches, and what it leaves alone."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import guard
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.rollback import finish_commit, roll_back
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import KEPT_GENERATIONS, GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    TransactionFile,
    UnitChanges,
)

from ..fake_systemd import FAILED, FakeSystemd
from ..samples import a_generation, a_transaction, a_unit


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host with an open transaction."""
    made = Layout(tmp_path)
    made.run.mkdir(parents=True)
    TransactionFile(made).save(a_transaction())
    return made


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What systemd is asked to do."""
    verbs: list[str] = []
    for verb in ("stop", "restart", "restart_running", "start"):

        def act(units: Sequence[str], verb: str = verb) -> None:
            verbs.extend([verb] if units else [])

        monkeypatch.setattr(systemd, verb, act)
    monkeypatch.setattr(systemd, "reload_units", lambda: None)
    return verbs


def test_a_rollback_before_the_trial_restarts_nothing(layout: Layout, asked: list[str]) -> None:
    old = a_generation()
    GenerationStore(layout).stage(old, {})
    transaction = a_transaction(stage=Stage.VERIFIED)
    ended = roll_back(layout, dataclasses.replace(transaction, old=old.id), "nobody confirmed it in time")
    assert (ended.stage, asked) == (Stage.ROLLED_BACK, [])


def test_a_commit_stands_although_an_old_generation_cannot_be_removed(
    layout: Layout, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new = a_generation()
    GenerationStore(layout).stage(new, {})
    (layout.unit_stubs / "multi-user.target.wants").mkdir(parents=True)

    def prune(*_arguments: object) -> list[str]:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(GenerationStore, "prune", prune)
    transaction = a_transaction()
    ended = finish_commit(layout, dataclasses.replace(transaction, new=new.id))
    assert ended.stage is Stage.CONFIRMED


def on_trial(layout: Layout) -> tuple[Generation, Generation]:
    """A host on an old generation, with a new one on trial that adds a unit."""
    old, new = a_generation(), a_generation(x=a_unit(files={}), added=a_unit())
    store = GenerationStore(layout)
    for generation in (old, new):
        store.stage(generation, {})
    unit_link.ensure(unit_link.stubs(layout, old))
    store.confirm(old.id)
    unit_link.ensure(unit_link.trial_links(layout, new))
    return old, new


def of(old: Generation, new: Generation) -> Transaction:
    """The transaction between them."""
    units = UnitChanges(added=["added.service"], changed=["x.service"])
    return dataclasses.replace(a_transaction(), old=old.id, new=new.id, units=units)


def test_a_rollback_leaves_no_trial_link_and_the_old_units_run(layout: Layout, fake: FakeSystemd) -> None:
    old, new = on_trial(layout)
    fake.start("x.service", "added.service")
    ended = roll_back(layout, of(old, new), "it broke")
    assert (ended.stage, ended.reason) == (Stage.ROLLED_BACK, "it broke")
    assert unit_link.on_trial(layout) == []
    assert not [path for path in layout.trial_links.rglob("*") if path.is_symlink()]
    assert not unit_link.missing(unit_link.stubs(layout, old)) and not unit_link.leftovers(layout, old)
    states = {name: unit["ActiveState"] for name, unit in fake.units.items()}
    assert states == {"x.service": "active", "added.service": "inactive"}
    reloads = [number for number, said in enumerate(fake.commands) if said == "systemctl daemon-reload"]
    assert reloads and reloads[0] < fake.commands.index("systemctl restart -- x.service")


def test_a_rollback_after_which_a_unit_is_dead_has_failed(layout: Layout, fake: FakeSystemd) -> None:
    old, new = on_trial(layout)
    fake.broken = {"x.service"}
    ended = roll_back(layout, of(old, new), "it broke")
    assert ended.stage is Stage.ROLLBACK_FAILED
    assert str(ended.reason).startswith(
        "it broke; then the old generation failed: x.service: not active after the rollback; look at journalctl -u"
    )
    last = TransactionFile(layout).ended(ended.id)
    assert last is not None and last.stage is Stage.ROLLBACK_FAILED


def test_a_unit_of_the_old_generation_that_was_not_touched_counts_too(layout: Layout, fake: FakeSystemd) -> None:
    old, new = on_trial(layout)
    fake.units["x.service"] = FAILED
    transaction = dataclasses.replace(of(old, new), units=UnitChanges(added=["added.service"]))
    assert roll_back(layout, transaction, "it broke").stage is Stage.ROLLBACK_FAILED


def test_a_commit_leaves_no_trial_link_either(layout: Layout, fake: FakeSystemd) -> None:
    old, new = on_trial(layout)
    GenerationStore(layout).confirm(new.id)
    finish_commit(layout, of(old, new))
    assert unit_link.on_trial(layout) == []
    assert not unit_link.missing(unit_link.stubs(layout, new))


def test_the_generation_before_stays_however_old_it_is(layout: Layout, fake: FakeSystemd) -> None:
    old, new = on_trial(layout)
    store = GenerationStore(layout)
    others = [a_generation(x=a_unit(text=f"# {number}")) for number in range(KEPT_GENERATIONS + 2)]
    for age, generation in enumerate([new, *others, old]):
        store.stage(generation, {})
        os.utime(layout.generation(generation.id), (1e9 - age, 1e9 - age))
    store.confirm(new.id)
    finish_commit(layout, of(old, new))
    kept = {new.id, old.id, *(generation.id for generation in others[: KEPT_GENERATIONS - 1])}
    assert set(store.ids()) == kept


def test_a_guard_of_another_activation_leaves_the_open_one_alone(
    layout: Layout, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemd, "call", lambda command: asked.append(" ".join(command)))
    guard.act(layout, "of before")
    guard.sleep_then_act(layout, "of before")
    assert asked == [] and TransactionFile(layout).open_one() is not None
