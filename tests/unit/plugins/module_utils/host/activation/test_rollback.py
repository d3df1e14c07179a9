# SPDX-License-Identifier: GPL-3.0-or-later
"""What an end of an activation touches, and what it leaves alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import guard
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.rollback import finish_commit, roll_back
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    TransactionFile,
)

from ..samples import a_generation, a_transaction


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


def test_a_guard_of_another_activation_leaves_the_open_one_alone(
    layout: Layout, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemd, "call", lambda command: asked.append(" ".join(command)))
    guard.act(layout, "of before")
    guard.sleep_then_act(layout, "of before")
    assert asked == [] and TransactionFile(layout).open_one() is not None
