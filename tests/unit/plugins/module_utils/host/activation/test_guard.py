# SPDX-License-Identifier: GPL-3.0-or-later
"""The dead man's switch: it is armed or nothing begins, it waits, and it ends what nobody confirmed."""

from __future__ import annotations

import dataclasses
import fcntl
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import guard
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import transaction as transaction_module
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    TransactionFile,
)

from ..fake_systemd import DOWN, UP, FakeSystemd
from ..samples import a_transaction

TIMER, SLEEPER = "fractalops-guard-1.timer", "fractalops-guard-sleeper-1.service"
KILL = "systemctl kill --signal=SIGKILL fractalops-activation-1.service"


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """A host with an open transaction, that had no generation before."""
    made = Layout(tmp_path)
    made.run.mkdir(parents=True)
    TransactionFile(made).save(opened())
    return made


def opened() -> Transaction:
    return dataclasses.replace(a_transaction(), old=None)


def test_both_guards_are_armed_with_the_deadline(fake: FakeSystemd, tmp_path: Path) -> None:
    transaction = a_transaction()
    guard.arm(transaction, tmp_path, "python3")
    timer, sleeper = fake.did("systemd-run")
    assert f"--unit=fractalops-guard-1 --on-startup={transaction.deadline:.3f} " in timer
    assert timer.endswith(f"-- python3 -I {tmp_path} guard 1")
    assert sleeper.endswith(f"-- python3 -I {tmp_path} sleep-then-guard 1")
    assert guard.is_armed(transaction)


@pytest.mark.parametrize(
    ("unit", "state"),
    [(TIMER, {**UP, "SubState": "elapsed"}), (TIMER, DOWN), (SLEEPER, DOWN)],
    ids=["timer elapsed", "no timer", "no sleeper"],
)
def test_a_guard_that_does_not_wait_is_none(
    fake: FakeSystemd, tmp_path: Path, unit: str, state: dict[str, str]
) -> None:
    fake.meanwhile["systemctl show --property=ActiveState,Id,SubState"] = lambda: fake.units.update({unit: state})
    with pytest.raises(HostError, match="guard: systemd did not arm it"):
        guard.arm(a_transaction(), tmp_path, "python3")
    assert fake.did("systemctl stop --no-block") == [f"{TIMER} {SLEEPER}"]


def test_the_sleeper_leaves_the_timer_the_first_word(
    fake: FakeSystemd, layout: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = opened().deadline - 30
    seen: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        assert fake.commands == [], "it acts before its time"
        now += seconds
        seen.append(now)

    monkeypatch.setattr(transaction_module, "monotonic", lambda: now)
    monkeypatch.setattr(guard, "time", SimpleNamespace(sleep=sleep))
    transaction = TransactionFile(layout).open_one()
    assert transaction is not None
    guard.sleep_then_act(layout, "1")
    assert seen[-1] >= transaction.deadline + guard.SLEEPER_DELAY_SECONDS
    assert ended(layout).stage is Stage.ROLLED_BACK


def ended(layout: Layout) -> Transaction:
    """How the transaction ended."""
    found = TransactionFile(layout).ended("1")
    assert found is not None
    return found


def test_the_activation_is_killed_before_its_lock_is_waited_for(fake: FakeSystemd, layout: Layout) -> None:
    lock = (layout.run / "lock").open("w")
    fcntl.flock(lock, fcntl.LOCK_EX)
    fake.meanwhile[KILL] = lock.close  # a process that dies lets go of it
    guard.act(layout, "1")
    assert fake.commands[0] == KILL
    assert ended(layout).reason == "nobody confirmed it in time"


@pytest.mark.parametrize("stage", [Stage.CONFIRMED, Stage.ROLLED_BACK])
def test_what_ended_while_the_guard_waited_for_the_lock_stays_so(
    fake: FakeSystemd, layout: Layout, stage: Stage
) -> None:
    fake.meanwhile[KILL] = lambda: TransactionFile(layout).end(opened().at(stage, "meanwhile"))
    guard.act(layout, "1")
    assert (ended(layout).stage, ended(layout).reason) == (stage, "meanwhile")
    assert fake.commands == [KILL]
    assert not layout.history.exists()
