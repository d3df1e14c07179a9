# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run did, in a line for each host and cluster; what needs a look stands at the end."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.fractalops.infra.plugins.filter.outcome_report import outcome_report as the_filter
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.report.outcome import (
    MESSAGE_CHARACTERS,
    OutcomeReport,
    outcome_report,
)

UNITS = {
    "added": ["x.service"],
    "changed": ["c.service"],
    "reloaded": ["r.service"],
    "removed": ["y.service", "z.service"],
    "rewritten": ["w.service"],
}


def a_switch(**changes: Any) -> dict[str, Any]:
    """The result on a host that went from one generation to the next."""
    return {"changed": True, "generation": "b", "previous": "a", "units": UNITS, "repairs": ["link"], **changes}


def a_failure(**changes: Any) -> dict[str, Any]:
    return {"failed": True, "changed": False, "msg": "it broke", **changes}


HOSTS: dict[str, Any] = {
    "a-broken": a_failure(stage="rollback-failed"),
    "b-back": a_failure(stage="rolled-back"),
    "c-gone": {"unreachable": True, "msg": "no route"},
    "d-refused": a_failure(),
    "e-unreached": {},
    "f-moved": a_switch(),
    "g-new": a_switch(previous=None),
    "h-fine": a_switch(changed=False),
}


def report(hosts: Any = None, clusters: Any = None, deliveries: Any = None, *, is_plan: bool = False) -> OutcomeReport:
    return outcome_report(hosts or {}, clusters or {}, deliveries or {}, is_plan=is_plan)


def lines(of: OutcomeReport) -> list[str]:
    return [f"{one['name']}: {one['what']}" for one in (*of["hosts"], *of["clusters"])]


def test_every_host_has_a_line_and_what_needs_a_look_stands_at_the_end() -> None:
    made = report(HOSTS)
    assert lines(made) == [
        "h-fine: in order on generation b",
        "f-moved: a -> b, units +1 ~3 -2, repairs 1",
        "g-new: nothing -> b, units +1 ~3 -2, repairs 1",
        "e-unreached: not reached",
        "d-refused: failed: it broke",
        "c-gone: unreachable: no route",
        "b-back: rolled back: it broke",
        "a-broken: not whole: it broke",
    ]
    assert made["counts"] == {
        "in order": 1,
        "changed": 2,
        "not reached": 1,
        "failed": 1,
        "unreachable": 1,
        "rolled back": 1,
        "not whole": 1,
    }


@pytest.mark.parametrize(("stage", "state"), [("rolled-back", "rolled back"), ("rollback-failed", "not whole")])
def test_the_end_of_an_activation_is_said_once(stage: str, state: str) -> None:
    words = f"generation b {stage}: health: x.service rolled-back: is dead"
    said = lines(report({"web": a_failure(stage=stage, msg=words)}))
    assert said == [f"web: {state}: generation b: health: x.service rolled-back: is dead"]


def test_a_plan_says_what_would_be() -> None:
    assert lines(report({"web": a_switch(), "db": a_switch(changed=False)}, is_plan=True)) == [
        "db: in order on generation b",
        "web: would go a -> b, units +1 ~3 -2, repairs 1",
    ]


def test_clusters_come_after_hosts_with_what_was_written() -> None:
    counts = {"written": 3, "pruned": 1, "unchanged": 9}
    clusters = {
        "edge": {"changed": True, "counts": counts},
        "data": {"changed": False, "counts": counts},
        "late": {},
        "bad": a_failure(),
    }
    assert lines(report({"z": {}}, clusters)) == [
        "z: not reached",
        "data: in order",
        "edge: files written 3, pruned 1, unchanged 9",
        "late: not reached",
        "bad: failed: it broke",
    ]


def test_a_delivery_that_failed_is_why_its_host_was_not_switched() -> None:
    failed = {
        "failed": True,
        "msg": "One or more items failed",
        "results": [{"changed": True}, a_failure(msg="no room")],
    }
    delivered = {"web": failed, "db": {"changed": True, "results": [{"changed": True}]}, "ci": {"changed": False}}
    assert lines(report({name: {} for name in delivered}, deliveries=delivered)) == [
        "ci: not reached",
        "db: releases delivered, not switched",
        "web: failed: no room",
    ]


@pytest.mark.parametrize("name", HOSTS)
def test_a_run_is_whole_when_nothing_failed(name: str) -> None:
    assert report({name: HOSTS[name], "fine": HOSTS["h-fine"]})["is_whole"] == (name > "e")


def test_a_reason_is_one_line_and_bounded() -> None:
    (line,) = lines(report({"web": a_failure(msg="it\nbroke " + "x" * 9000)}))
    assert line.startswith("web: failed: it broke xxx") and len(line) == len("web: failed: ") + MESSAGE_CHARACTERS
    assert lines(report({"web": {"failed": True}})) == ["web: failed: it gave no reason"]


def test_what_is_no_result_is_refused() -> None:
    with pytest.raises(InfraError, match="web: is no result of a task"):
        report({"web": "text"})
    with pytest.raises(AnsibleFilterError, match="web: is no result of a task"):
        the_filter({"web": "text"})
    with pytest.raises(AnsibleFilterError, match="needs task results by host name"):
        the_filter(["web"])


def test_the_filter_gives_plain_data() -> None:
    assert the_filter({"web": a_switch()})["hosts"] == report({"web": a_switch()})["hosts"]
    assert the_filter({"web": a_switch()}, is_plan=True)["hosts"][0]["what"].startswith("would go")
