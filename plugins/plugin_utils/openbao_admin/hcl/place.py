# SPDX-License-Identifier: GPL-3.0-or-later
"""Where something stands in a text."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple


class Place(NamedTuple):
    """Line and column, both from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"


class Places:
    """Offsets of a text as places."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(offset + 1 for offset, character in enumerate(text) if character == "\n")]

    def at(self, offset: int) -> Place:
        """The place of the character at ``offset``."""
        line = bisect_right(self._starts, offset)
        return Place(line, offset - self._starts[line - 1] + 1)
