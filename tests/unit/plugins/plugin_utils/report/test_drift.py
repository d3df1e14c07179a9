# SPDX-License-Identifier: GPL-3.0-or-later
"""What hosts answered, summed up: worst first, and whoever gave no answer is not in order."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.report.drift import drift_report
from ansible_collections.fractalops.infra.plugins.plugin_utils.report.drift_page import drift_page

FINDING = {"kind": "property", "subject": "x.service ProtectSystem", "expected": "strict", "found": "no"}
EVENT = {"time": "2026-11-21T03:10:44Z", "event": "confirmed", "generation": "b", "previous": "a", "owner": "me"}


def an_answer(**changes: Any) -> dict[str, Any]:
    return {"confirmed": "b", "previous": "a", "findings": [], "kept": [], "history": [EVENT], **changes}


ANSWERS = {
    "a-fine": an_answer(),
    "b-drifted": an_answer(findings=[FINDING], kept=["/etc/systemd/system/x.service.d/mine.conf"]),
    "c-gone": {"unreachable": True, "msg": "no route"},
    "d-broken": {"failed": False, "msg": "no python"},
    "e-silent": {},
}


def test_hosts_come_worst_first_and_are_counted() -> None:
    report = drift_report(ANSWERS)
    assert [(host["host"], host["state"]) for host in report["hosts"]] == [
        ("c-gone", "unreachable"),
        ("d-broken", "failed"),
        ("e-silent", "failed"),
        ("b-drifted", "drifted"),
        ("a-fine", "in order"),
    ]
    assert report["counts"] == {"unreachable": 1, "failed": 2, "drifted": 1, "in order": 1}
    assert report["findings_count"] == 1
    assert [host["message"] for host in report["hosts"]] == ["no route", "no python", "it gave no answer", None, None]


def test_what_is_no_answer_is_refused() -> None:
    with pytest.raises(InfraError, match="a: is no result of host_generation_info"):
        drift_report({"a": "text"})


def test_a_page_says_all_of_it_and_escapes_it() -> None:
    hostile = {"<b>x": an_answer(findings=[{**FINDING, "subject": "<script>", "expected": None, "found": '"&'}])}
    page = drift_page(drift_report({**ANSWERS, **hostile}), "Drift of <lab>", "now")
    assert "<script>" not in page and "<b>x" not in page and "<lab>" not in page
    for text in ("&lt;script&gt;", "&quot;&amp;", "no route", "ProtectSystem", "mine.conf", "5 of 6 hosts need a look"):
        assert text in page


def test_hosts_in_order_are_said_to_be() -> None:
    assert "All 2 hosts are as their confirmed generations say" in drift_page(
        drift_report({"a": an_answer(), "b": an_answer()}), "Drift", "now"
    )
