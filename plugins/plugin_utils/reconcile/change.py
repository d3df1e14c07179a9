# SPDX-License-Identifier: GPL-3.0-or-later
"""One difference between what is and what should be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Generic, TypeVar

T = TypeVar("T")


class ChangeKind(Enum):
    """What a change does to the thing it names; the value is the sign it is printed with."""

    CREATE = "+"
    UPDATE = "~"
    DELETE = "-"


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """``name`` goes from ``before`` to ``after``; None on one side means it is absent there."""

    name: str
    before: T | None
    after: T | None

    def __post_init__(self) -> None:
        if self.before == self.after:
            raise ValueError(f"{self.name}: a change must change something")

    @property
    def kind(self) -> ChangeKind:
        if self.before is None:
            return ChangeKind.CREATE
        return ChangeKind.DELETE if self.after is None else ChangeKind.UPDATE

    def __str__(self) -> str:
        return f"{self.kind.value} {self.name}"
