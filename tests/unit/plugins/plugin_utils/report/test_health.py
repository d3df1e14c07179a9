# SPDX-License-Identifier: GPL-3.0-or-later
"""What units and endpoints are like, summed up: worst first, shared services that fail are no failure of ours."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.report.health import health_report

FINE = {"unit": "a.service", "state": "healthy", "url": None, "why": None}
ILL = {"unit": "b.service", "state": "unhealthy", "url": "http://127.0.0.1:1/", "why": "it gave no answer"}


def endpoint(asset: str, state: str, **changes: Any) -> dict[str, Any]:
    told = {"asset": asset, "role": "x", "is_shared": True, "url": "https://x.example", "status": 503, "why": "so"}
    return {**told, "state": state, **changes}


def test_everything_that_works_is_healthy() -> None:
    report = health_report({"w": {"generation": "a", "units": [FINE]}}, {"endpoints": [endpoint("x", "healthy")]})
    assert report["is_healthy"] and report["counts"]["healthy"] == 2


def test_a_shared_service_that_fails_is_reported_and_fails_nothing() -> None:
    asked = {"endpoints": [endpoint("a", "healthy"), endpoint("z", "skipped-shared-5xx"), endpoint("n", "not-asked")]}
    report = health_report({}, asked)
    assert report["is_healthy"]
    assert [one["asset"] for one in report["endpoints"]] == ["z", "n", "a"]
    assert report["counts"]["skipped-shared-5xx"] == 1


def test_hosts_come_worst_first_and_the_silent_ones_count() -> None:
    answers = {
        "fine": {"generation": "a", "units": [FINE]},
        "ill": {"generation": "a", "units": [FINE, ILL]},
        "gone": {"unreachable": True, "msg": "no route"},
        "new": {"failed": False, "msg": "no generation runs here"},
        "quiet": {},
    }
    report = health_report(answers, {})
    assert [(one["host"], one["state"], one["message"]) for one in report["hosts"]] == [
        ("gone", "unreachable", "no route"),
        ("new", "failed", "no generation runs here"),
        ("quiet", "failed", "it gave no answer"),
        ("ill", "unhealthy", None),
        ("fine", "healthy", None),
    ]
    assert [unit["unit"] for unit in report["hosts"][3]["units"]] == ["b.service", "a.service"]
    assert not report["is_healthy"]
    assert {state: count for state, count in report["counts"].items() if count} == {
        "unreachable": 1,
        "failed": 2,
        "unhealthy": 1,
        "healthy": 2,
    }


@pytest.mark.parametrize(("asked", "message"), [({}, None), ({"skipped": True}, None), ({"msg": "bad"}, "bad")])
def test_endpoints_that_could_not_be_asked_are_a_failure_and_those_left_out_are_none(
    asked: dict[str, Any], message: str | None
) -> None:
    report = health_report({}, asked)
    assert (report["endpoints_message"], report["is_healthy"]) == (message, message is None)


@pytest.mark.parametrize(
    ("answers", "asked"),
    [({"a": "text"}, {}), ({}, "text"), ({}, {"endpoints": [endpoint("x", "splendid")]})],
)
def test_what_is_no_answer_is_refused(answers: Any, asked: Any) -> None:
    with pytest.raises(InfraError, match="give what a task registered"):
        health_report(answers, asked)
