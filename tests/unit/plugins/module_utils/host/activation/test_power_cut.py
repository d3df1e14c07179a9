# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes after any call of an activation, on a disk that promises no more than fsync does."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias
from unittest import mock

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import stopped_host
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.activation import confirm
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.rollback import roll_back
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    TransactionFile,
    UnitChanges,
    monotonic,
)
from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded
from ansible_collections.fractalops.infra.tests.crash.whole_store import booted_generation, torn

from ..fake_systemd import FakeSystemd
from ..samples import a_generation, a_unit

REF = "bao://secret/runtime/a#key@1"
RELEASE = "/opt/shop/releases/"
FIRST = a_generation(x=a_unit(release=RELEASE + "1"), gone=a_unit())
SECOND = a_generation(x=a_unit(release=RELEASE + "2", credentials={"key": REF}), fresh=a_unit())
#: Where the power left a host: what it boots, what of that is not whole, and what of that is not whole.
Left: TypeAlias = "tuple[str | None, tuple[str, ...]]"


@pytest.fixture
def layout(tmp_path: Path, fake: FakeSystemd) -> Layout:
    """A new host."""
    fake.start(*FIRST.live)
    return new_host(tmp_path / "root")


def new_host(root: Path) -> Layout:
    """With nothing but its folders."""
    layout = Layout(root)
    for folder in ("etc/systemd/system", "run/fractalops", "opt/shop/releases/1", "opt/shop/releases/2"):
        (layout.root / folder).mkdir(parents=True)
    return layout


def stage(layout: Layout, new: Generation) -> Transaction:
    """What a run and the trial leave on the disk; the healthy transaction."""
    store = GenerationStore(layout)
    store.stage(new, {REF: "s3cret"})
    old = store.confirmed_id()
    transaction = Transaction(new.id, new.id, old, monotonic() + 60, "me", 0.0, UnitChanges(), Stage.HEALTHY)
    history.record(layout, "trial", generation=new.id, previous=old, owner="me")
    TransactionFile(layout).save(transaction)
    return transaction


def bring(layout: Layout, new: Generation) -> None:
    """Make ``new`` what the host boots."""
    confirm(layout, stage(layout, new).id)


def left(root: Path) -> Left:
    """What matters to the host that boots from this."""
    return booted_generation(root), tuple(torn(root)) if booted_generation(root) else ()


def finished(root: Path) -> tuple[str, ...]:
    """What was not done, or is not as it was told."""
    layout = Layout(root)
    confirmed = GenerationStore(layout).confirmed()
    wrong = [f"{link} is left over" for link in unit_link.leftovers(layout, confirmed)]
    events = [(event["event"], event["generation"]) for event in history.events(layout)]
    wrong += [] if confirmed and events[-1:] == [("confirmed", confirmed.id)] else [f"history ends with {events[-1:]}"]
    current = unit_link.read_link(layout.inside("/opt/shop/current"))
    return (*wrong, f"current is {current}")


@pytest.mark.fault(12, "the power goes after any call, and nothing is sure that was not synced")
@pytest.mark.parametrize("old", [None, FIRST], ids=["new host", "change"])
def test_it_is_the_old_generation_or_the_new_one_and_whole(
    layout: Layout, tmp_path: Path, old: Any, record_property: Callable[[str, object], None]
) -> None:
    if old:
        bring(layout, old)
    with recorded(layout.root, ["run"]) as recorder:
        transaction = stage(layout, SECOND)
        staged = len(recorder.moments)
        confirm(layout, transaction.id)
    outcomes = Outcomes(tmp_path / "cuts", left, ".")
    before, new = (old.id if old else None, ()), (SECOND.id, ())
    found = outcomes.of(recorder.moments)
    record_property("mixed", len(found - {before, new}))
    assert found == {before, new}
    assert outcomes.of(recorder.moments[:staged]) == {before}
    assert outcomes.at(recorder.moments[-1]) == {new}, "it was told, so it stays"


def is_sure(root: Path, scratch: Path, forgets: Callable[[int], bool]) -> bool:
    """Whether a change that was told as done survives the power when it leaves out the fsyncs ``forgets`` is true of.

    ``forgets`` gets the mode of what would be synced.
    """
    layout = new_host(root)
    bring(layout, FIRST)
    with recorded(layout.root, ["run"]) as recorder:
        fsync = os.fsync  # that of the recorder
        with mock.patch.object(
            os, "fsync", lambda descriptor: forgets(os.fstat(descriptor).st_mode) or fsync(descriptor)
        ):
            bring(layout, SECOND)
    outcomes, ends = Outcomes(scratch / "cuts", left, "."), Outcomes(scratch / "ends", finished, ".")
    last = recorder.moments[-1]
    return outcomes.at(last) == {(SECOND.id, ())} and ends.at(last) == {("current is releases/2",)}


@pytest.mark.fault(12, "control: without the fsync of files, or that of folders, nothing is sure")
def test_without_fsync_of_files_or_of_folders_a_change_is_lost(tmp_path: Path, fake: FakeSystemd) -> None:
    fake.start(*FIRST.live)
    sure = {
        forgets.__name__: is_sure(tmp_path / forgets.__name__, tmp_path / f"{forgets.__name__}-cuts", forgets)
        for forgets in (stat.S_ISSOCK, stat.S_ISREG, stat.S_ISDIR)
    }
    assert sure == {"S_ISSOCK": True, "S_ISREG": False, "S_ISDIR": False}


def test_a_rollback_leaves_what_the_host_boots_alone(layout: Layout, tmp_path: Path) -> None:
    bring(layout, FIRST)
    transaction = stage(layout, SECOND)
    with recorded(layout.root, ["run"]) as recorder:
        roll_back(layout, transaction, "it broke")
    outcomes = Outcomes(tmp_path / "cuts", left, ".")
    assert outcomes.of(recorder.moments) == {(FIRST.id, ())}


def test_a_stopped_host_boots_the_old_generation_or_the_new_one(
    layout: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(systemd, "is_running", lambda: False)
    stopped_host.switch(layout, FIRST, {}, "me", None)
    with recorded(layout.root, ["run"]) as recorder:
        stopped_host.switch(layout, SECOND, {REF: "s3cret"}, "me", None)
    outcomes = Outcomes(tmp_path / "cuts", left, ".")
    assert outcomes.of(recorder.moments) == {(FIRST.id, ()), (SECOND.id, ())}
    assert outcomes.at(recorder.moments[-1]) == {(SECOND.id, ())}


def test_what_was_told_as_confirmed_is_finished(layout: Layout, tmp_path: Path) -> None:
    bring(layout, FIRST)
    with recorded(layout.root, ["run"]) as recorder:
        bring(layout, SECOND)
    outcomes = Outcomes(tmp_path / "cuts", finished, ".")
    assert outcomes.at(recorder.moments[-1]) == {("current is releases/2",)}


def test_the_first_line_of_a_history_is_as_sure_as_the_others(layout: Layout, tmp_path: Path) -> None:
    with recorded(layout.root, ["run"]) as recorder:
        history.record(layout, "noted")
        history.record(layout, "noted")
    outcomes = Outcomes(tmp_path / "cuts", lambda root: len(history.events(Layout(root))))
    assert outcomes.at(recorder.moments[-1]) == {2}


@pytest.mark.parametrize("damage", ["units/x.service", "credentials/x.service/key", "files", "manifest.json"])
def test_what_was_told_as_mended_is_whole(layout: Layout, tmp_path: Path, damage: str) -> None:
    bring(layout, SECOND)
    damaged = layout.generation(SECOND.id) / damage
    shutil.rmtree(damaged) if damaged.is_dir() else damaged.write_bytes(b"damaged")
    with recorded(layout.root, ["run"]) as recorder:
        GenerationStore(layout).stage(SECOND, {REF: "s3cret"})
    assert Outcomes(tmp_path / "cuts", left, ".").at(recorder.moments[-1]) == {(SECOND.id, ())}
