# SPDX-License-Identifier: GPL-3.0-or-later
"""What a controller hears of an activation while it runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import watch
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.progress import Progress
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    TransactionFile,
    UnitChanges,
    monotonic,
)


@pytest.fixture
def layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A host on which watchers lose patience at once."""
    monkeypatch.setattr(watch, "QUIET_SECONDS", 0.05)
    layout = Layout(tmp_path)
    layout.run.mkdir(parents=True)
    return layout


def a_transaction(stage: Stage, seconds_left: float = 30) -> Transaction:
    deadline = monotonic() + seconds_left
    changes = UnitChanges(changed=["x.service"])
    return Transaction("t", "b", "a", deadline, "me", 0.0, changes, stage, "it broke" if stage.is_final else None)


def told(layout: Layout, capsys: pytest.CaptureFixture[str], seen: int = 0) -> dict[str, Any]:
    watch.watch_and_say(layout, "t", str(seen))
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_lines_come_once_with_the_stage_and_the_seconds_left(layout: Layout, capsys: Any) -> None:
    TransactionFile(layout).save(a_transaction(Stage.TRIAL))
    Progress(layout, "t").say("starting\nx.service")
    first = told(layout, capsys)
    assert first == {"stage": "trial", "seconds_left": 30, "lines": ["starting x.service"], "outcome": None}
    assert told(layout, capsys, seen=1)["lines"] == []


def test_half_a_line_is_not_told(layout: Layout, capsys: Any) -> None:
    TransactionFile(layout).save(a_transaction(Stage.TRIAL))
    (layout.run / "progress-t").write_text("whole\nha")
    assert told(layout, capsys)["lines"] == ["whole"]


@pytest.mark.parametrize("stage", [Stage.HEALTHY, Stage.ROLLED_BACK, Stage.ROLLBACK_FAILED])
def test_an_end_is_told_with_what_happened_and_where_the_host_is(layout: Layout, capsys: Any, stage: Stage) -> None:
    transactions = TransactionFile(layout)
    (transactions.end if stage.is_final else transactions.save)(a_transaction(stage))
    outcome = told(layout, capsys)["outcome"]
    assert outcome["failed"] is stage.is_final
    assert outcome.get("changed") is {Stage.ROLLED_BACK: False, Stage.ROLLBACK_FAILED: True}.get(stage)
    if stage is Stage.ROLLED_BACK:
        assert outcome["msg"] == "generation b rolled-back: it broke\nthe host is on generation a"
    if stage is Stage.ROLLBACK_FAILED:
        assert "the host should be on generation a, and is not whole" in outcome["msg"]


def test_patience_ends_before_the_activation_does(layout: Layout) -> None:
    TransactionFile(layout).save(a_transaction(Stage.TRIAL))
    assert watch.wait_for_end(layout, "t", 0.05).stage is Stage.TRIAL


def test_guards_that_do_not_act_are_reported(layout: Layout) -> None:
    TransactionFile(layout).save(a_transaction(Stage.TRIAL, seconds_left=-watch.ROLLBACK_GRACE_SECONDS - 1))
    with pytest.raises(HostError, match="its guards did not end it"):
        watch.wait_for_end(layout, "t")


def test_a_transaction_that_a_reboot_took_is_gone(layout: Layout) -> None:
    with pytest.raises(HostError, match="is gone"):
        watch.wait_for_end(layout, "t")


def test_a_full_run_folder_fails_no_activation(tmp_path: Path) -> None:
    Progress(Layout(tmp_path / "nowhere"), "t").say("words")


def test_lines_of_the_activation_before_are_forgotten(layout: Layout) -> None:
    Progress(layout, "old").say("words")
    Progress(layout, "t").begin()
    assert Progress(layout, "old").lines() == []
