# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/capabilities.md claims only what a test shows."""

from __future__ import annotations

import re

import pytest
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

DOCUMENT = ROOT / "docs" / "capabilities.md"
ROW = re.compile(r"^\| (?!Row|Promise|---)([^|]+) \|.*\|$", re.MULTILINE)
TEST = re.compile(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
SCENARIO = re.compile(r"`(molecule/[a-z]+)`")


def rows() -> list[re.Match[str]]:
    """Each line of a table that claims something."""
    return list(ROW.finditer(DOCUMENT.read_text(encoding="utf-8")))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[1])
def test_every_row_names_a_test_that_exists(row: re.Match[str]) -> None:
    named = TEST.findall(row[0])
    assert named or SCENARIO.search(row[0])
    for path, test in named:
        assert f"def {test}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")
    for scenario in SCENARIO.findall(row[0]):
        assert (ROOT / scenario / "molecule.yml").is_file()


def test_rows_are_in_order_and_claimed_once() -> None:
    numbers = [int(row[1]) for row in rows() if row[1].isdigit()]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) > 10
