# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests reach which line, and how much processor time each takes."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .mutant import Mutant

TESTS = ("tests/unit", "tests/golden", "tests/simulation")
TEST_FILES = "test_*.py"
#: What all of them depend on, beside helpers among them.
PRODUCT = ("plugins", "tests/crash")
#: Context of what runs while modules are imported and tests are collected.
AT_IMPORT = ""


@dataclass(slots=True)
class Record:
    """Seconds of each test, and for each line of a file the tests that reached it; ``AT_IMPORT`` is one of them.

    ``product`` is the digest of what all tests depend on, ``files`` those of the test files that were run.
    """

    product: str
    files: dict[str, str]
    seconds: dict[str, float] = field(default_factory=dict)
    lines: dict[str, dict[int, set[str]]] = field(default_factory=dict)

    def reaching(self, mutant: Mutant) -> set[str]:
        """Tests that execute the mutant's lines, perhaps ``AT_IMPORT`` too."""
        lines = self.lines.get(mutant.key.file, {})
        first, last = mutant.lines
        return {test for line in range(first, last + 1) for test in lines.get(line, ())}

    def dump(self) -> str:
        """As JSON: tests are numbers in it, for there are many lines."""
        tests = [AT_IMPORT, *self.seconds]
        number = {test: index for index, test in enumerate(tests)}
        lines = {
            file: {line: sorted(number[test] for test in reached if test in number) for line, reached in found.items()}
            for file, found in self.lines.items()
        }
        return json.dumps({"product": self.product, "files": self.files, "seconds": self.seconds, "lines": lines})

    @classmethod
    def load(cls, text: str) -> Record:
        """What ``dump`` made."""
        data = json.loads(text)
        tests = [AT_IMPORT, *data["seconds"]]
        lines = {
            file: {int(line): {tests[index] for index in reached} for line, reached in found.items()}
            for file, found in data["lines"].items()
        }
        return cls(data["product"], data["files"], data["seconds"], lines)

    def add(self, other: Record) -> None:
        """What other tests have seen."""
        self.files |= other.files
        self.seconds |= other.seconds
        for file, found in other.lines.items():
            mine = self.lines.setdefault(file, {})
            for line, reached in found.items():
                mine[line] = mine.get(line, set()) | reached

    def missing(self, root: Path) -> list[str]:
        """Files of tests it knows nothing of."""
        return [file for file in test_files(root) if file not in self.files]

    def without(self, files: Collection[str]) -> Record:
        """The same, with no test of ``files``."""
        seconds = {test: took for test, took in self.seconds.items() if _file_of(test) not in files}
        lines = {
            file: {
                line: {test for test in reached if test in seconds or test == AT_IMPORT}
                for line, reached in found.items()
            }
            for file, found in self.lines.items()
        }
        kept = {file: value for file, value in self.files.items() if file not in files}
        return Record(self.product, kept, seconds, lines)


def _file_of(test: str) -> str:
    return test.partition("::")[0]


def record_file(root: Path) -> Path:
    """Where the record is kept."""
    return root / ".cache" / "mutation" / "record.json"


def product_digest(root: Path) -> str:
    """Of every file on which all tests depend: the product, conftest files, data."""
    summed = hashlib.sha256()
    for folder in (*PRODUCT, *TESTS):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and not path.match(TEST_FILES):
                summed.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes())
    return summed.hexdigest()


def test_files(root: Path) -> dict[str, str]:
    """Every file of tests with its digest."""
    paths = [path for folder in TESTS for path in sorted((root / folder).rglob(TEST_FILES))]
    return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def fresh_record(root: Path) -> Record:
    """The record of the clone as it is now. Runs the files of tests it lacks; exits when a test fails."""
    record = stored_record(root)
    if missing := record.missing(root):
        print(f"recording what {len(missing)} files of tests reach …", flush=True)
        command = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "mutation.recorder", "--numprocesses", "auto"]
        if subprocess.run([*command, *missing], cwd=root, env=environment(), check=False).returncode:
            sys.exit("a test fails without any mutant; see above")
        record = stored_record(root)
    if record.missing(root):
        sys.exit("files changed while their tests were recorded; once more, please")
    return record


def stored_record(root: Path) -> Record:
    """What is kept of the product as it is now, without files of tests that are gone or changed."""
    product, files = product_digest(root), test_files(root)
    file = record_file(root)
    record = Record.load(file.read_text(encoding="utf-8")) if file.exists() else Record(product, {})
    if record.product != product:
        return Record(product, {})
    return record.without({name for name, value in record.files.items() if files.get(name) != value})


def environment() -> dict[str, str]:
    """Pytest finds our plugins as ``mutation.…``: before its conftest files, Ansible's loader is not at work."""
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONHASHSEED": "0"}


def fastest_first(tests: Iterable[str], seconds: dict[str, float]) -> Iterator[str]:
    """One case of every test function, then the second of each, and so on; the fastest first in each round."""
    cases = defaultdict(list)
    for test in sorted(tests, key=lambda name: (seconds[name], name)):
        cases[test.partition("[")[0]].append(test)
    rounds = [(place, seconds[test], test) for found in cases.values() for place, test in enumerate(found)]
    return (test for _place, _seconds, test in sorted(rounds))
