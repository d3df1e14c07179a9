# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings: each once, and never more than a person reads."""

from __future__ import annotations

import os

from ansible_collections.fractalops.infra.plugins.module_utils.audit.finding import (
    MAX_FINDINGS,
    MAX_PER_FILE,
    Findings,
)


def findings() -> Findings:
    return Findings(os.fsdecode)


def test_the_same_finding_twice_is_one_and_takes_no_room() -> None:
    found = findings()
    for line in range(MAX_PER_FILE):
        for _ in range(2):
            found.add(b"/a", "rule", line)
    assert (len(found.results()), found.left_out) == (MAX_PER_FILE, 0)


def test_of_one_rule_in_one_file_only_so_many_are_kept() -> None:
    found = findings()
    for line in range(MAX_PER_FILE + 3):
        found.add(b"/a", "rule", line)
    found.add(b"/a", "other", 1)
    found.add(b"/b", "rule", 1)
    assert (len(found.results()), found.left_out) == (MAX_PER_FILE + 2, 3)


def test_of_all_only_so_many_are_kept() -> None:
    found = findings()
    for number in range(MAX_FINDINGS + 2):
        found.add(f"/{number}".encode(), "rule")
    assert (len(found.results()), found.left_out) == (MAX_FINDINGS, 2)


def test_findings_are_sorted_by_place_then_rule() -> None:
    found = findings()
    for path, rule, line in ((b"/b", "a", 1), (b"/a", "b", 2), (b"/a", "a", 2), (b"/a", "c", 1)):
        found.add(path, rule, line)
    assert [(one["path"], one["line"], one["rule"]) for one in found.results()] == [
        ("/a", 1, "c"),
        ("/a", 2, "a"),
        ("/a", 2, "b"),
        ("/b", 1, "a"),
    ]
