# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers: read strictly, hold for what they name, and end."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.rule import RULES
from ansible_collections.fractalops.infra.plugins.plugin_utils.scan import (
    Place,
    WaiverError,
    judge,
    parse_waivers,
    read_waivers,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.scan.judgement import WAIVER_EXPIRED, WAIVER_UNUSED

TODAY = dt.date(2027, 3, 1)
FINDING = {"path": "/srv/old/a/deploy.key", "line": 1, "rule": "private-key"}


def a_waiver(**changes: str) -> dict[str, str]:
    return {"path": "/srv/old/**", "rule": "private-key", "reason": "goes away", "expires": "2027-03-31", **changes}


def judged(*waivers: dict[str, str], host: str = "worker-1") -> tuple[list[Any], list[Any]]:
    parsed = parse_waivers(waivers, lambda number: Place("waivers.yml", number + 1, 5), RULES)
    judgement = judge([FINDING], parsed, host, TODAY)
    return list(judgement.findings), list(judgement.waived)


def about(rule: str) -> dict[str, object]:
    return {"path": "waivers.yml", "line": 1, "column": 5, "rule": rule}


@pytest.mark.parametrize("path", ("/srv/old/**", "/srv/*/a/*.key", "/srv/old/a/deploy.key", "**/deploy.???", "/**"))
def test_a_waiver_covers_what_its_glob_and_rule_say(path: str) -> None:
    assert judged(a_waiver(path=path)) == ([], [{**FINDING, "reason": "goes away", "expires": "2027-03-31"}])


@pytest.mark.parametrize(
    "changes",
    ({"path": "/srv/old/*"}, {"path": "/srv/old"}, {"path": "/srv/[old]/**"}, {"rule": "jwt"}),
)
def test_a_waiver_that_covers_nothing_is_a_finding(changes: dict[str, str]) -> None:
    assert judged(a_waiver(**changes)) == ([FINDING, about(WAIVER_UNUSED)], [])


@pytest.mark.parametrize(("expires", "holds"), (("2027-03-01", True), ("2027-02-28", False), ("2027-03-02", True)))
def test_a_waiver_holds_through_its_last_day_and_is_a_finding_after(expires: str, *, holds: bool) -> None:
    opened, waived = judged(a_waiver(expires=expires))
    assert (opened == [], len(waived) == 1) == (holds, holds)
    assert opened in ([], [FINDING, about(WAIVER_EXPIRED)])


def test_a_waiver_for_other_hosts_is_not_looked_at() -> None:
    assert judged(a_waiver(host="gateway-*")) == ([FINDING], [])
    assert judged(a_waiver(host="worker-*"))[0] == []


def test_two_waivers_of_one_finding_are_both_used() -> None:
    assert judged(a_waiver(), a_waiver(path="/srv/**"))[0] == []


@pytest.mark.parametrize(
    ("item", "words"),
    (
        ({}, "path is missing"),
        (a_waiver(reason=""), "reason is missing"),
        (a_waiver(rule="private-kye"), "rule 'private-kye' does not exist"),
        (a_waiver(expires="soon"), "expires is not a date"),
        (a_waiver(expires="20270331"), "expires is not a date"),
        (a_waiver(expires="2027-02-30"), "expires is not a date"),
        (a_waiver(expires="2026-02-29"), "expires is not a date"),
        (a_waiver(expires="2026-W05-6"), "expires is not a date"),
        ({**a_waiver(), "paths": "x"}, "unknown key 'paths'"),
        ({**a_waiver(), "path": 7}, "path is not text"),
        ("x", "not a mapping"),
    ),
)
def test_what_is_no_waiver_is_refused_with_its_place(item: Any, words: str) -> None:
    with pytest.raises(WaiverError, match=f"^waivers.yml:2:5: {words}") as refused:
        parse_waivers([a_waiver(), item], lambda number: Place("waivers.yml", number + 1, 5), RULES)
    assert "waivers.yml:1" not in str(refused.value)


def test_a_file_of_waivers_knows_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yml"
    file.write_text(
        "waivers:\n"
        "  # a comment\n"
        "  - {path: /a, rule: jwt, reason: x, expires: '2027-01-01'}\n"
        "  - path: /b\n    rule: jwt\n    reason: x\n    expires: '2027-01-01'\n"
    )
    assert [(one.path, one.origin) for one in read_waivers(str(file), RULES)] == [
        ("/a", Place(str(file), 3, 5)),
        ("/b", Place(str(file), 4, 5)),
    ]


def test_json_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "waivers.json"
    file.write_text('{"waivers": [{"path": "/a", "rule": "jwt", "reason": "x", "expires": "2027-01-01"}]}')
    assert len(read_waivers(str(file), RULES)) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    (
        ("", "holds no waivers|empty"),
        ("waivers: {}\n", "holds no waivers"),
        ("waiver: []\n", "holds no waivers"),
        ("waivers: [\n", "not YAML"),
        ("waivers:\n  - {path: /a, rule: jwt, reason: x, expires: 2027-01-01}\n", "quote"),
        ("waivers: &a []\n", "anchor"),
    ),
)
def test_a_file_that_is_not_one_is_refused(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "waivers.yml"
    file.write_text(text)
    with pytest.raises(WaiverError, match=f"(?i){words}"):
        read_waivers(str(file), RULES)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WaiverError, match="cannot be opened"):
        read_waivers(str(tmp_path / "gone.yml"), RULES)


def test_every_rule_can_be_waived() -> None:
    assert len(parse_waivers([a_waiver(rule=rule) for rule in RULES], lambda number: Place("x", number), RULES)) == len(
        RULES
    )


def test_a_rule_of_another_scan_cannot_be_waived() -> None:
    with pytest.raises(WaiverError, match="rule 'private-key' does not exist; known are chart-default"):
        parse_waivers([a_waiver()], lambda number: Place("x", number), {"chart-default"})
