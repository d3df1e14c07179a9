# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan: an object to print, to bound and to apply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypedDict, TypeVar

from ..errors import UnsafePlanError
from .change import Change, ChangeKind
from .change_limit import ChangeLimit

T = TypeVar("T")


class Counts(TypedDict):
    """How many things a plan creates, updates, deletes and leaves alone."""

    created: int
    updated: int
    deleted: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Plan(Generic[T]):
    """Changes that turn ``subject`` from what it is into what it should be, deletes last."""

    subject: str
    changes: tuple[Change[T], ...]
    unchanged: int

    @classmethod
    def between(cls, subject: str, current: Mapping[str, T], desired: Mapping[str, T]) -> Plan[T]:
        """The plan from ``current`` to ``desired``; things match by name."""
        names = current.keys() | desired.keys()
        changed = [name for name in names if current.get(name) != desired.get(name)]
        changes = [Change(name, current.get(name), desired.get(name)) for name in changed]
        changes.sort(key=lambda change: (change.kind is ChangeKind.DELETE, change.name))
        return cls(subject, tuple(changes), len(names) - len(changes))

    def count(self, kind: ChangeKind) -> int:
        return sum(change.kind is kind for change in self.changes)

    @property
    def counts(self) -> Counts:
        return Counts(
            created=self.count(ChangeKind.CREATE),
            updated=self.count(ChangeKind.UPDATE),
            deleted=self.count(ChangeKind.DELETE),
            unchanged=self.unchanged,
        )

    def bound(self, limit: ChangeLimit) -> Plan[T]:
        """This plan. Raises UnsafePlanError when it deletes more than ``limit`` allows."""
        deletes = self.count(ChangeKind.DELETE)
        current = self.unchanged + self.count(ChangeKind.UPDATE) + deletes
        allowed = limit.deletes_allowed(current)
        if deletes > allowed:
            raise UnsafePlanError(
                f"{self.subject}: the plan deletes {deletes} of {current}, more than the {allowed} its limit allows;"
                f" look at the plan and, if it is meant, raise the limit\n{self}"
            )
        return self

    def __str__(self) -> str:
        counts = self.counts
        head = (
            f"{self.subject}: {counts['created']} to create, {counts['updated']} to update,"
            f" {counts['deleted']} to delete, {counts['unchanged']} unchanged"
        )
        return "\n".join([head, *(f"  {change}" for change in self.changes)])
