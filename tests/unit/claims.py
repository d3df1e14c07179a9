# SPDX-License-Identifier: GPL-3.0-or-later
"""What docs/capabilities/ and docs/faults/ claim: one heading per claim, with its state and the tests that show it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

HEADING = re.compile(r"^## (?:(\d+)\. )?(.+)$", re.MULTILINE)
FILE = re.compile(r"^- `(tests/[a-z0-9_/]+\.py)`$")
SCENARIO = re.compile(r"^- `(molecule/[a-z_]+)`(?:: .+)?$")
TEST = re.compile(r"^  - `(test_[a-z0-9_]+(?:\[.+\])?)`$")
WHOLE = "Shown whole."
IN_PART = re.compile(r"^Shown in part: .+ Missing: .+\.$")


@dataclass(frozen=True)
class Claim:
    """One heading of a page."""

    page: Path
    #: Of the list it comes from; None for a promise beyond the list.
    row: int | None
    words: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.parent.name}/{self.page.stem}-{self.row or self.words}"

    @property
    def states(self) -> list[str]:
        """Shown whole, or in part; each paragraph that says so."""
        paragraphs = (" ".join(paragraph.split()) for paragraph in self.text.split("\n\n"))
        return [paragraph for paragraph in paragraphs if paragraph == WHOLE or IN_PART.match(paragraph)]

    @property
    def is_whole(self) -> bool:
        """Whether nothing of the statement is missing."""
        return self.states == [WHOLE]

    @property
    def scenarios(self) -> list[str]:
        """Folders below molecule/."""
        return [match[1] for line in self._items() if (match := SCENARIO.match(line))]

    @property
    def tests(self) -> list[str]:
        """Ids of pytest; a case may be a pattern. Raises ValueError for a line that names none."""
        found, file = [], ""
        for line in self._items():
            if match := FILE.match(line):
                file = match[1]
            elif match := TEST.match(line):
                found.append(f"{file}::{match[1]}")
            elif not SCENARIO.match(line):
                raise ValueError(f"{self.page.name}: names no test: {line}")
        return found

    def _items(self) -> list[str]:
        return [line for line in self.text.splitlines() if line.lstrip().startswith("- ")]


def pages(document: str) -> list[Path]:
    """One per system."""
    return sorted((ROOT / "docs" / document).glob("*.md"))


def claims(document: str) -> Iterator[Claim]:
    """Every claim of every page, in their order."""
    for page in pages(document):
        _head, *parts = HEADING.split(page.read_text(encoding="utf-8"))
        for number, words, text in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
            yield Claim(page, int(number) if number else None, words, text)
