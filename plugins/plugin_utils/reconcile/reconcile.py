# SPDX-License-Identifier: GPL-3.0-or-later
"""Plan, bound, apply: the only place on the controller that knows about check mode."""

from __future__ import annotations

from enum import Enum
from typing import Protocol, TypedDict, TypeVar

from .change import Change
from .change_limit import UNLIMITED, ChangeLimit
from .plan import Counts, Plan

T = TypeVar("T")
Desired_contra = TypeVar("Desired_contra", contravariant=True)


class State(Enum):
    """Whether the resource should exist."""

    PRESENT = "present"
    ABSENT = "absent"


class Store(Protocol[Desired_contra, T]):
    """Where a kind of resource lives."""

    def plan(self, desired: Desired_contra, state: State) -> Plan[T]:
        """What would change; reads, never writes. Raises InfraError when it must not change."""

    def apply(self, plan: Plan[T]) -> None:
        """Exactly ``plan``, or nothing. Raises InfraError when the world moved since the plan was made."""


class FileDiff(TypedDict):
    """One entry of Ansible's ``diff``; Ansible says ``before:`` and ``after:`` itself."""

    before_header: str
    after_header: str
    before: str
    after: str


class Result(TypedDict):
    """What Ansible gets."""

    changed: bool
    diff: list[FileDiff]
    counts: Counts


def reconcile(
    store: Store[Desired_contra, T],
    desired: Desired_contra,
    state: State,
    *,
    check: bool,
    limit: ChangeLimit | None = None,
) -> Result:
    """Ansible's result of bringing ``store`` to ``desired``; in check mode of what it would be.

    The default limit is ``ChangeLimit()``; a removal asked for by ``state`` has none.
    Raises UnsafePlanError above the limit, in check mode too.
    """
    plan = store.plan(desired, state)
    plan.bound(UNLIMITED if state is State.ABSENT else limit or ChangeLimit())
    if plan.changes and not check:
        store.apply(plan)
    return Result(changed=bool(plan.changes), diff=[_diff(change) for change in plan.changes], counts=plan.counts)


def _diff(change: Change[T]) -> FileDiff:
    before, after = change.before, change.after
    return FileDiff(
        before_header="/dev/null" if before is None else change.name,
        after_header="/dev/null" if after is None else change.name,
        before="" if before is None else str(before),
        after="" if after is None else str(after),
    )
