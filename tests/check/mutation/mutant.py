# SPDX-License-Identifier: GPL-3.0-or-later
"""One wrong change of one file."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

#: Words for people: a changed one is fair to notice, but rated apart.
MESSAGE = "message"


class Key(NamedTuple):
    """What a mutant is known by while lines move: never a number of a line."""

    file: str
    function: str
    kind: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """``replacement`` for the bytes from ``start`` to ``end`` of a file of the clone.

    ``lines`` are those whose execution reaches the place; ``nth`` tells apart what has the same key.
    """

    key: Key
    nth: int
    start: int
    end: int
    replacement: str
    lines: tuple[int, int]

    def source(self, root: Path) -> bytes:
        """The whole file with the change in it."""
        text = (root / self.key.file).read_bytes()
        return text[: self.start] + self.replacement.encode() + text[self.end :]

    def dump(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return asdict(self) | {"key": self.key._asdict()}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Mutant:
        """What ``dump`` made."""
        return cls(**(data | {"key": Key(**data["key"]), "lines": tuple(data["lines"])}))

    def __str__(self) -> str:
        file, function, kind, before, after = self.key
        return f"{file}:{self.lines[0]} {function}: {kind}: {before} → {after}"
