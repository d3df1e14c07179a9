# SPDX-License-Identifier: GPL-3.0-or-later
"""Desired, plan, apply: how every controller-side resource changes."""

from __future__ import annotations

from .change import Change, ChangeKind
from .change_limit import ChangeLimit
from .plan import Counts, Plan
from .reconcile import FileDiff, Result, State, Store, reconcile

__all__ = [
    "Change",
    "ChangeKind",
    "ChangeLimit",
    "Counts",
    "FileDiff",
    "Plan",
    "Result",
    "State",
    "Store",
    "reconcile",
]
