# SPDX-License-Identifier: GPL-3.0-or-later
"""Where something stands in a topology file."""

from __future__ import annotations

from dataclasses import dataclass

#: Keys and list indices from the root of the topology to a value.
Path = tuple[str | int, ...]


@dataclass(frozen=True, order=True, slots=True)
class Position:
    """A place in a file; lines and columns count from 1, columns in characters."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"
