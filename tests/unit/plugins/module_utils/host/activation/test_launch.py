# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked again when nobody else can change the host any more, and what is refused before anything is armed."""

from __future__ import annotations

import dataclasses
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import launch
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import Plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import BusyError, HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import transaction as transaction_module
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    TransactionFile,
    UnitChanges,
)

from ..fake_systemd import UP, FakeSystemd
from ..samples import a_generation, a_transaction, a_unit

OLD, NEW = a_generation(), a_generation(x=a_unit(files={"config.json": "[]"}))
Meanwhile = list[Callable[[], object]]
GUARD = {"fractalops-guard-1.timer": {**UP, "SubState": "waiting"}, "fractalops-guard-sleeper-1.service": UP}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host on OLD."""
    made = Layout(tmp_path)
    made.run.mkdir(parents=True)
    GenerationStore(made).stage(OLD, {})
    GenerationStore(made).confirm(OLD.id)
    return made


def begin(layout: Layout) -> Transaction:
    """A run from OLD to NEW."""
    return launch.begin(layout, Plan(OLD, NEW, UnitChanges(changed=["x.service"]), []), {}, "me", None)


def test_a_run_is_staged_guarded_and_under_way(fake: FakeSystemd, layout: Layout) -> None:
    transaction = begin(layout)
    assert TransactionFile(layout).open_one() == transaction
    assert (transaction.stage, transaction.old, transaction.new) == (Stage.VERIFIED, OLD.id, NEW.id)
    assert GenerationStore(layout).damaged(NEW) == []
    names = [one.partition("--unit=")[2].split()[0] for one in fake.did("systemd-run")]
    assert [name.partition(f"-{transaction.id}")[0] for name in names] == [
        *("fractalops-guard", "fractalops-guard-sleeper", "fractalops-activation"),
    ]


def stage(layout: Layout, new: Generation = NEW) -> Transaction:
    """The first half of a run."""
    return launch.stage(layout, Plan(OLD, new, UnitChanges(changed=["x.service"]), []), {}, "me", "why")


def test_what_is_staged_waits_and_changes_nothing_that_runs(fake: FakeSystemd, layout: Layout) -> None:
    staged = stage(layout)
    assert (staged.stage, staged.fence) == (Stage.STAGED, 1)
    assert GenerationStore(layout).damaged(NEW) == []
    assert TransactionFile(layout).open_one() is None and fake.did("systemd-run") == []
    tried = launch.attempt(layout, staged.fence)
    assert TransactionFile(layout).open_one() == tried
    assert (tried.stage, tried.fence, tried.why) == (Stage.VERIFIED, 1, "why")
    assert tried.seconds_left > NEW.window_seconds - 5


def test_what_was_staged_is_tried_once(fake: FakeSystemd, layout: Layout) -> None:
    launch.attempt(layout, stage(layout).fence)
    TransactionFile(layout).end(a_transaction(stage=Stage.ROLLED_BACK))
    with pytest.raises(HostError, match=r"^staging 1: does not wait on this host any more; stage again"):
        launch.attempt(layout, 1)
    assert fake.did("systemd-run")


def test_a_controller_that_was_held_up_tries_nothing_once_another_has_staged(fake: FakeSystemd, layout: Layout) -> None:
    stale, fresh = stage(layout).fence, stage(layout, a_generation(y=a_unit())).fence
    assert fresh > stale
    with pytest.raises(HostError, match=f"^staging {stale}: does not wait"):
        launch.attempt(layout, stale)
    assert fake.did("systemd-run") == []
    assert launch.attempt(layout, fresh).fence == fresh


def test_a_run_in_one_go_ends_the_wait_of_what_was_staged(fake: FakeSystemd, layout: Layout) -> None:
    stale = stage(layout).fence
    begun = begin(layout)
    TransactionFile(layout).end(begun.at(Stage.ROLLED_BACK))
    with pytest.raises(HostError, match="does not wait"):
        launch.attempt(layout, stale)
    assert begun.fence > stale and fake.did("systemd-run")


def test_numbers_go_on_after_a_reboot(fake: FakeSystemd, layout: Layout) -> None:
    before = stage(layout).fence
    for file in layout.run.iterdir():
        file.unlink()
    with pytest.raises(HostError, match="does not wait"):
        launch.attempt(layout, before)
    assert stage(layout).fence == before + 1
    assert fake.did("systemd-run") == []


def test_a_host_that_another_run_moved_meanwhile_is_not_tried(fake: FakeSystemd, layout: Layout) -> None:
    fence, other = stage(layout).fence, a_generation(other=a_unit())
    GenerationStore(layout).stage(other, {})
    GenerationStore(layout).confirm(other.id)
    with pytest.raises(BusyError, match="another run changed the host meanwhile") as refused:
        launch.attempt(layout, fence)
    assert refused.value.wait_seconds == 0
    assert TransactionFile(layout).open_one() is None and fake.did("systemd-run") == []


def test_a_try_beside_an_activation_under_way_is_refused(fake: FakeSystemd, layout: Layout) -> None:
    fence = stage(layout).fence
    (layout.run / "transaction.json").write_bytes(a_transaction().serialise())
    with pytest.raises(HostError, match=r"somebody@somewhere pid 1 has been activating"):
        launch.attempt(layout, fence)
    assert fake.did("systemd-run") == []


def test_what_was_damaged_while_it_waited_is_not_tried(fake: FakeSystemd, layout: Layout) -> None:
    fence = stage(layout).fence
    (layout.generation(NEW.id) / "files/x.service/config.json").write_text("[x")
    with pytest.raises(HostError, match=r"^files/x.service/config.json: is damaged in the store"):
        launch.attempt(layout, fence)
    assert TransactionFile(layout).open_one() is None and fake.did("systemd-run") == []


def test_a_fence_that_is_no_number_stops_the_run(fake: FakeSystemd, layout: Layout) -> None:
    layout.fence.write_text("many")
    with pytest.raises(HostError, match=r"fence: is not a number; write a number into it that is higher"):
        begin(layout)
    assert fake.did("systemd-run") == []


@pytest.fixture
def before_the_lock(monkeypatch: pytest.MonkeyPatch) -> Meanwhile:
    """What another run does while this one waits for the lock."""
    done: Meanwhile = []

    def flock(descriptor: int, how: int) -> None:
        while done:
            done.pop()()
        fcntl.flock(descriptor, how)

    locks = SimpleNamespace(flock=flock, LOCK_EX=fcntl.LOCK_EX, LOCK_NB=fcntl.LOCK_NB)
    monkeypatch.setattr(transaction_module, "fcntl", locks)
    return done


def test_a_run_that_waited_for_another_is_refused(
    fake: FakeSystemd, layout: Layout, before_the_lock: Meanwhile
) -> None:
    before_the_lock.append(lambda: TransactionFile(layout).save(a_transaction()))
    with pytest.raises(BusyError, match=r"somebody@somewhere pid 1 has been activating generation b{16}") as refused:
        begin(layout)
    assert 50 < refused.value.wait_seconds <= 60
    assert not layout.generation(NEW.id).exists()
    assert fake.commands == []


def test_a_plan_that_another_run_made_wrong_is_refused(
    fake: FakeSystemd, layout: Layout, before_the_lock: Meanwhile
) -> None:
    other = a_generation(other=a_unit())
    GenerationStore(layout).stage(other, {})
    before_the_lock.append(lambda: GenerationStore(layout).confirm(other.id))
    with pytest.raises(HostError, match="another run changed the host meanwhile"):
        begin(layout)
    assert TransactionFile(layout).open_one() is None and fake.commands == []


def test_a_disk_that_does_not_keep_what_is_staged_stops_the_run(
    fake: FakeSystemd, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = os.rename

    def spoil(old: str, new: str, **how: Any) -> None:
        rename(old, new, **how)
        if new == str(layout.generation(NEW.id)):
            (layout.generation(NEW.id) / "files/x.service/config.json").write_text("[x")

    monkeypatch.setattr(os, "rename", spoil)
    with pytest.raises(HostError, match=r"^files/x.service/config.json: is damaged in the store; look at the disk"):
        begin(layout)
    assert TransactionFile(layout).open_one() is None and fake.did("systemd-run") == []


def test_a_transaction_whose_run_was_killed_before_its_guards_is_ended(fake: FakeSystemd, layout: Layout) -> None:
    TransactionFile(layout).save(dataclasses.replace(a_transaction(stage=Stage.VERIFIED), old=OLD.id))
    launch.end_forgotten(layout)
    assert TransactionFile(layout).open_one() is None


@pytest.mark.parametrize(
    "change",
    [
        lambda fake, _layout: fake.units.update(GUARD),
        lambda _fake, layout: TransactionFile(layout).save(a_transaction(stage=Stage.TRIAL)),
    ],
    ids=["guards armed", "trial begun"],
)
def test_a_run_that_was_only_slow_to_arm_its_guards_is_left_alone(
    fake: FakeSystemd, layout: Layout, change: Any
) -> None:
    TransactionFile(layout).save(a_transaction(stage=Stage.VERIFIED))
    fake.afterwards["systemctl show"] = lambda: change(fake, layout)
    launch.end_forgotten(layout)
    assert TransactionFile(layout).open_one() is not None
