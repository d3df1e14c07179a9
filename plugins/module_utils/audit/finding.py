# SPDX-License-Identifier: GPL-3.0-or-later
"""What was found: where and by which rule, never what."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

#: Of one rule in one file; who has so many has one problem.
MAX_PER_FILE = 10
MAX_FINDINGS = 5000


@dataclass(frozen=True)
class Finding:
    """``line`` counts from 1; 0 is the file as a whole. Variables and arguments of a process are its lines."""

    path: str
    line: int
    rule: str
    ref: str | None = None
    """Whose value it is; of the rule ``known-value`` only."""

    def result(self) -> dict[str, object]:
        """For Ansible; a field without a value is left out."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value is not None}


class Findings:
    """Collects findings, each once; the path shown is what ``show`` makes of the bytes of its name."""

    def __init__(self, show: Callable[[bytes], str]) -> None:
        self._show = show
        self._found: set[Finding] = set()
        self._counts: dict[tuple[bytes, str], int] = {}
        self.left_out = 0
        """How many more there were."""

    def add(self, path: bytes, rule: str, line: int = 0, ref: str | None = None) -> None:
        """Note one finding."""
        finding = Finding(self._show(path), line, rule, ref)
        if finding in self._found:
            return
        count = self._counts.get((path, rule), 0)
        if count >= MAX_PER_FILE or len(self._found) >= MAX_FINDINGS:
            self.left_out += 1
            return
        self._counts[path, rule] = count + 1
        self._found.add(finding)

    def results(self) -> list[dict[str, object]]:
        """All of them, sorted."""
        return [finding.result() for finding in sorted(self._found, key=_order)]


def _order(one: Finding) -> tuple[str, int, str, str]:
    return one.path, one.line, one.rule, one.ref or ""
