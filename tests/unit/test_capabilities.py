# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/capabilities.md and docs/faults.md claim only what a test shows."""

from __future__ import annotations

import re

import pytest
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

DOCUMENTS = ("capabilities", "faults")
ROW = re.compile(r"^\| (?!Row|Promise|---)([^|]+) \|.*\|$", re.MULTILINE)
TEST = re.compile(r"`([a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
SCENARIO = re.compile(r"`(molecule/[a-z_]+)`")


def rows(document: str) -> list[re.Match[str]]:
    """Each line of a table that claims something."""
    return list(ROW.finditer((ROOT / "docs" / f"{document}.md").read_text(encoding="utf-8")))


@pytest.mark.parametrize("row", [row for document in DOCUMENTS for row in rows(document)], ids=lambda row: row[1])
def test_every_row_names_a_test_that_exists(row: re.Match[str]) -> None:
    named = TEST.findall(row[0])
    assert named or SCENARIO.search(row[0])
    for path, test in named:
        assert f"def {test}(" in (ROOT / "tests" / path).read_text(encoding="utf-8")
    for scenario in SCENARIO.findall(row[0]):
        assert (ROOT / scenario / "molecule.yml").is_file()


@pytest.mark.parametrize("document", DOCUMENTS)
def test_rows_are_claimed_once(document: str) -> None:
    numbers = [int(row[1]) for row in rows(document) if row[1].isdigit()]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) > 10
