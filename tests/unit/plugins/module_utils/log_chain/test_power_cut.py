# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes after any call of an append, on a disk that promises no more than fsync does."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import chain, repair_log
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain.verdict import REMOVED, TRUNCATED
from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded

LOG = "var/log/ops/break-glass.jsonl"


def look(root: Path) -> tuple[int, tuple[str, ...]]:
    """How many lines a chain has, and the kinds of its breaks."""
    verdict = chain.verify(root / LOG)
    return len(verdict.entries), tuple(one.kind for one in verdict.breaks)


def test_a_line_that_was_told_stays_and_the_chain_holds(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "var/log").mkdir(parents=True)
    outcomes = Outcomes(tmp_path / "cuts", look, ".")
    with recorded(root) as recorder:
        for count in range(1, 4):
            chain.append(root / LOG, {"event": "step"})
            told = recorder.moments[-1]
            assert outcomes.at(told) == {(count, ())}


def test_a_line_under_way_is_whole_absent_or_told_as_cut(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "var/log").mkdir(parents=True)
    chain.append(root / LOG, {"event": "first"})
    with recorded(root) as recorder:
        chain.append(root / LOG, {"event": "second"})
    found = Outcomes(tmp_path / "cuts", look, ".").of(recorder.moments)
    assert found <= {(1, ()), (1, (TRUNCATED,)), (2, ())}
    assert (2, ()) in found


def test_a_first_line_under_way_never_looks_like_one_that_was_taken_away(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "var/log/ops").mkdir(parents=True)
    with recorded(root) as recorder:
        chain.append(root / LOG, {"event": "first"})
    found = Outcomes(tmp_path / "cuts", look, ".").of(recorder.moments)
    assert {kinds for count, kinds in found if count == 0} == {(), (TRUNCATED, REMOVED)}


def test_a_repair_is_on_record_before_anything_is_done(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "etc").mkdir(parents=True)
    with recorded(root) as recorder:
        repair_log.begin(Layout(root), {"why": "a bad night"})

    def begun(found: Path) -> tuple[object, int]:
        seen = repair_log.look(Layout(found))
        return seen["open"] == {"why": "a bad night"}, int(seen["head"].split()[0])

    assert Outcomes(tmp_path / "cuts", begun, ".").at(recorder.moments[-1]) == {(True, 1)}
