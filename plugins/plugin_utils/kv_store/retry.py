# SPDX-License-Identifier: GPL-3.0-or-later
"""Two writers at once: the one that comes second reads again, plans again and tries once more."""

from __future__ import annotations

from typing import TypeVar

from ..openbao.failure import CasConflictError
from ..reconcile import Result, State, Store, reconcile

Desired = TypeVar("Desired")
T = TypeVar("T")


def reconcile_again_on_conflict(store: Store[Desired, T], desired: Desired, state: State, *, check: bool) -> Result:
    """``reconcile`` of one secret; after a conflict once more from a fresh read.

    A conflict has written nothing, so the second result is the whole one. Raises CasConflictError at the second
    conflict: somebody keeps writing, and a person should look who.
    """
    try:
        return reconcile(store, desired, state, check=check)
    except CasConflictError:
        return reconcile(store, desired, state, check=check)
