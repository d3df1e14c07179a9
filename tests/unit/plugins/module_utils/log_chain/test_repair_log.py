# SPDX-License-Identifier: GPL-3.0-or-later
"""A repair is open until an ordinary run has put the host in order, and each of it is a line."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import chain, repair_log

RECORD = {"operator": "on-call", "reason": "a bad night", "run": "1"}


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    return Layout(tmp_path)


def events(layout: Layout) -> list[str]:
    """Of a chain that holds."""
    verdict = chain.verify(repair_log.chain_file(layout))
    assert verdict.is_whole
    return [entry.record["event"] for entry in verdict.entries]


def test_it_is_open_until_it_is_healed_and_healed_once(layout: Layout) -> None:
    assert repair_log.open_one(layout) is None
    head = repair_log.begin(layout, RECORD)
    assert repair_log.look(layout)["head"] == head
    assert repair_log.open_one(layout) == RECORD
    assert repair_log.heal(layout, "3f1c9a0be2d45577", "root@controller") == RECORD
    assert repair_log.heal(layout, "3f1c9a0be2d45577", "root@controller") is None
    assert events(layout) == ["repair-begun", "repair-healed"]


def test_a_host_tells_which_bundles_it_has_had_and_what_is_wrong_with_its_chain(layout: Layout) -> None:
    repair_log.begin(layout, RECORD)
    repair_log.append(layout, "bundle-used", {"serial": 3, "host": "worker-1"})
    seen = repair_log.look(layout)
    assert seen["bundles"] == [{"event": "bundle-used", "serial": 3, "host": "worker-1"}] and seen["breaks"] == []
    file = repair_log.chain_file(layout)
    file.write_bytes(file.read_bytes().replace(b"on-call", b"nobody!"))
    assert repair_log.look(layout)["breaks"]


def test_a_mark_nobody_can_read_is_said(layout: Layout) -> None:
    repair_log.begin(layout, RECORD)
    layout.repair.write_text("{")
    with pytest.raises(HostError, match="cannot be read"):
        repair_log.heal(layout, "3f1c9a0be2d45577", "root@controller")


def test_a_chain_that_was_begun_anew_is_told_by_the_head_the_controller_remembers(layout: Layout) -> None:
    head = repair_log.begin(layout, {**RECORD, "controller": "7 " + "0" * 64})
    seen = repair_log.look(layout, head)
    assert (seen["breaks"], seen["controller"]) == ([], ["7 " + "0" * 64])
    for file in (repair_log.chain_file(layout), chain.head_file(repair_log.chain_file(layout))):
        file.unlink()
    assert repair_log.look(layout)["breaks"] == []
    assert "the head given knows entry 1, which is not there" in repair_log.look(layout, head)["breaks"][0]
