# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/capabilities/ and docs/faults/ claim only what a test shows."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.unit.claims import Claim, claims, pages
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, TREE

DOCUMENTS = ("capabilities", "faults")
CLAIMS = [claim for document in DOCUMENTS for claim in claims(document)]


def collected(tmp_path: Path, *files: str) -> dict[str, str]:
    """Ids of the tests in ``files``, each with why it may not run, or nothing."""
    report = tmp_path / "collected.json"
    command = [sys.executable, ROOT / "tests" / "unit" / "collected.py", report, *files]
    # Without what the pytest around it was told: ansible-test names plugins that only it can import.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**inherited, "PYTHONPATH": str(TREE)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(json.loads(report.read_text(encoding="utf-8")))


def matches(named: str, found: str) -> bool:
    """Whether ``found`` is the test that is named; without a case all cases are meant, and a case may be a pattern."""
    test, _bracket, case = named.partition("[")
    name, _bracket, actual = found.partition("[")
    return test == name and (not case or fnmatchcase(actual, case))


def complaints(named: set[str], found: dict[str, str]) -> list[str]:
    """What is wrong with tests that are named: absent, or excused."""
    wrong = []
    for one in sorted(named):
        reasons = [reason for test, reason in found.items() if matches(one, test)]
        wrong += [] if reasons else [f"{one}: there is no such test or case"]
        wrong += [f"{one}: may not run or may fail: {reason}" for reason in sorted(set(reasons)) if reason]
    return wrong


@pytest.mark.parametrize("claim", CLAIMS, ids=str)
def test_a_claim_has_one_state_and_names_what_shows_it(claim: Claim) -> None:
    assert len(claim.states) == 1
    assert claim.tests or claim.scenarios
    for scenario in claim.scenarios:
        assert (ROOT / scenario / "molecule.yml").is_file()


def test_every_named_test_and_case_exists_and_has_to_pass(tmp_path: Path) -> None:
    named = {test for claim in CLAIMS for test in claim.tests}
    files = sorted({test.partition("::")[0] for test in named})
    assert len(named) > 200
    assert complaints(named, collected(tmp_path, *files)) == []


def test_what_does_not_exist_or_need_not_pass_is_refused(tmp_path: Path) -> None:
    tests = tmp_path / "test_sample.py"
    tests.write_text(
        "import pytest\n\n"
        "@pytest.mark.parametrize('case', ['one', 'two'])\ndef test_cases(case): pass\n\n"
        "@pytest.mark.skip(reason='not now')\ndef test_marked(): pass\n\n"
        "@pytest.mark.parametrize('n', [1, pytest.param(2, marks=pytest.mark.xfail)])\ndef test_in_part(n): pass\n\n"
        "def test_calls():\n    pytest.skip('here')\n",
        encoding="utf-8",
    )
    file = "test_sample.py"
    found = {f"{file}::{test.partition('::')[2]}": why for test, why in collected(tmp_path, str(tests)).items()}
    good = {f"{file}::test_cases", f"{file}::test_cases[one]", f"{file}::test_cases[t*]", f"{file}::test_in_part[1]"}
    assert complaints(good, found) == []
    bad = ("test_absent", "test_cases[three]", "test_marked", "test_in_part", "test_calls")
    assert [line.partition(": ")[0] for line in complaints({f"{file}::{test}" for test in bad}, found)] == [
        f"{file}::{test}" for test in sorted(bad)
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_rows_are_claimed_once(document: str) -> None:
    numbers = [claim.row for claim in claims(document) if claim.row]
    assert len(set(numbers)) == len(numbers)
    assert len(numbers) > 10


@pytest.mark.parametrize(
    "page", [page for document in DOCUMENTS for page in pages(document)], ids=lambda page: page.stem
)
def test_the_index_names_the_rows_of_every_page(page: Path) -> None:
    index = page.parents[1] / f"{page.parent.name}.md"
    link = f"]({page.parent.name}/{page.name}) | "
    lines = [line for line in index.read_text(encoding="utf-8").splitlines() if link in line]
    assert len(lines) == 1
    _about, *cells = lines[0].partition(link)[2].split(" | ")
    rows = [claim for claim in claims(page.parent.name) if claim.page == page and claim.row]
    whole, in_part = ([str(claim.row) for claim in rows if claim.is_whole is wanted] for wanted in (True, False))
    assert [re.findall(r"\d+", cell) for cell in cells[:2]] == [whole, in_part]
