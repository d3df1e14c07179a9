# SPDX-License-Identifier: GPL-3.0-or-later
"""One key that two parts give, when at least one of them gives more than a mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..position import Path
from ..violation import Violation
from .written_path import WrittenPath


@dataclass(frozen=True, slots=True)
class Conflict:
    """Neither part takes precedence."""

    path: Path
    """In the merge, where the first part says it."""
    written: WrittenPath
    """Where the other part says it."""
    kinds: tuple[str, str]
    """What the other part gives, and what the first gives: a mapping, a list or a value."""

    @classmethod
    def between(cls, path: Path, known: Any, given: Any, written: WrittenPath) -> Conflict:
        """What is ``known`` at ``path``, and what is ``given`` too."""
        return cls(path, written, (_kind(given), _kind(known)))

    def violation(self) -> Violation:
        """The conflict as an error that names both places."""
        here, there = self.kinds
        what = "the key is given in two files"
        if here != there:
            what += f", here as a {here}, there as a {there}"
        hint = "keep one of them" + (", lists are not joined" if here == there == "list" else "")
        return Violation(self.path, what, hint, first=self.path, at_key=True, written=self.written)


def _kind(data: Any) -> str:
    if isinstance(data, dict):
        return "mapping"
    return "list" if isinstance(data, list) else "value"
