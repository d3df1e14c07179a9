# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests reach a line, how the record is kept, and when it is out of date."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.check.mutation.mutant import Key, Mutant
from ansible_collections.fractalops.infra.tests.check.mutation.record import (
    AT_IMPORT,
    Record,
    fastest_first,
    product_digest,
    record_file,
    stored_record,
    test_files,
)

ONE, TWO = "tests/unit/test_a.py::test_one", "tests/unit/test_b.py::test_two[1]"
test_files.__test__ = False  # type: ignore[attr-defined]


def record(product: str = "p") -> Record:
    lines = {"plugins/x.py": {1: {AT_IMPORT}, 2: {ONE}, 3: {ONE, TWO}}}
    return Record(product, {"tests/unit/test_a.py": "a", "tests/unit/test_b.py": "b"}, {ONE: 0.1, TWO: 0.2}, lines)


def mutant(first: int, last: int, file: str = "plugins/x.py") -> Mutant:
    return Mutant(Key(file, "f", "call", "a()", "pass"), 0, 0, 0, "", (first, last))


@pytest.fixture(name="clone")
def write_clone(tmp_path: Path) -> Path:
    """A product with two files of tests, and a record of it."""
    for name in ("plugins/x.py", "tests/unit/test_a.py", "tests/unit/test_b.py", "tests/unit/conftest.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    made = record(product_digest(tmp_path))
    made.files = test_files(tmp_path)
    record_file(tmp_path).parent.mkdir(parents=True)
    record_file(tmp_path).write_text(made.dump())
    return tmp_path


def test_a_mutant_is_reached_through_any_of_its_lines() -> None:
    assert record().reaching(mutant(1, 2)) == {AT_IMPORT, ONE}
    assert record().reaching(mutant(3, 3)) == {ONE, TWO}
    assert record().reaching(mutant(4, 9)) == record().reaching(mutant(1, 3, "plugins/y.py")) == set()


def test_a_record_survives_its_way_through_json() -> None:
    assert Record.load(record().dump()) == record()


def test_parts_add_up() -> None:
    whole = record().without({"tests/unit/test_b.py"})
    assert (whole.seconds, whole.lines["plugins/x.py"][3]) == ({ONE: 0.1}, {ONE})
    whole.add(record().without({"tests/unit/test_a.py"}))
    assert whole == record()


def test_a_fresh_record_lacks_nothing(clone: Path) -> None:
    assert stored_record(clone).missing(clone) == []
    assert stored_record(clone).reaching(mutant(3, 3)) == {ONE, TWO}


def test_only_a_changed_file_of_tests_is_recorded_again(clone: Path) -> None:
    (clone / "tests/unit/test_b.py").write_text("changed")
    assert stored_record(clone).missing(clone) == ["tests/unit/test_b.py"]
    assert stored_record(clone).reaching(mutant(3, 3)) == {ONE}


@pytest.mark.parametrize("name", ["plugins/x.py", "tests/unit/conftest.py", "tests/unit/data.yml"])
def test_what_all_tests_depend_on_makes_the_whole_record_old(clone: Path, name: str) -> None:
    (clone / name).write_text("changed")
    assert len(stored_record(clone).missing(clone)) == 2
    assert stored_record(clone).lines == {}


def test_the_tests_of_a_file_that_is_gone_are_forgotten(clone: Path) -> None:
    (clone / "tests/unit/test_a.py").unlink()
    assert stored_record(clone).reaching(mutant(2, 3)) == {TWO}


def test_one_case_of_each_test_runs_before_the_second_of_any() -> None:
    seconds = {"a::t[1]": 0.2, "a::t[2]": 0.1, "a::u": 0.3, "a::v[1]": 0.05}
    assert list(fastest_first(seconds, seconds)) == ["a::v[1]", "a::t[2]", "a::u", "a::t[1]"]
