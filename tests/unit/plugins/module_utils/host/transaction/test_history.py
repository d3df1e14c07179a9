# SPDX-License-Identifier: GPL-3.0-or-later
"""What the next run is told."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction import history


def test_a_new_host_has_nothing_to_tell(tmp_path: Path) -> None:
    assert history.unfinished_business(Layout(tmp_path), None) is None


def test_a_rollback_is_told_with_its_reason(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    history.record(layout, "trial", generation="b", previous="a", owner="me")
    history.record(
        layout, "rolled-back", generation="b", previous="a", owner="me", reason="nobody confirmed it in time"
    )
    told = history.unfinished_business(layout, "a")
    assert told is not None and "generation b" in told and "nobody confirmed it in time; the host is on a" in told


def test_a_trial_that_a_reboot_ended_is_told(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    history.record(layout, "trial", generation="b", previous=None, owner="me")
    assert "was on trial when the host restarted" in str(history.unfinished_business(layout, "a"))


def test_a_confirmed_generation_needs_no_words(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    history.record(layout, "trial", generation="b", previous="a", owner="me")
    history.record(layout, "confirmed", generation="b", previous="a", owner="me")
    assert history.unfinished_business(layout, "a") is None


def test_a_trial_that_lost_power_after_its_commit_needs_no_words(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    history.record(layout, "trial", generation="b", previous="a", owner="me")
    assert history.unfinished_business(layout, "b") is None


def test_what_was_told_once_is_not_told_again(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    history.record(layout, "rolled-back", generation="b", previous="a", owner="me", reason="x")
    history.note(layout, history.unfinished_business(layout, "a"))
    assert history.unfinished_business(layout, "a") is None


def test_a_line_cut_by_a_crash_does_not_count(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    history.record(layout, "confirmed", generation="b", previous="a", owner="me")
    with layout.history.open("a") as stream:
        stream.write('{"event": "tri')
    assert history.unfinished_business(layout, "a") is None
