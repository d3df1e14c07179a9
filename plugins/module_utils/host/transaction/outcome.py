# SPDX-License-Identifier: GPL-3.0-or-later
"""How an activation ended, as words and as data for the controller."""

from __future__ import annotations

from typing import Any

from .transaction import Stage, Transaction


def outcome(reached: Transaction) -> dict[str, Any]:
    """The result of a transaction that is healthy or has ended; ``failed`` unless it got there."""
    result: dict[str, Any] = {
        "transaction": reached.id,
        "stage": reached.stage.value,
        "failed": reached.stage not in (Stage.HEALTHY, Stage.CONFIRMED),
    }
    if result["failed"]:
        # A host that is back where it was has not changed, whatever was planned.
        result |= {"changed": reached.stage is Stage.ROLLBACK_FAILED, "msg": failure(reached)}
    return result


def failure(reached: Transaction) -> str:
    """What happened, and where the host is now; the controller knows what to run next."""
    where = f"generation {reached.old}" if reached.old else "no generation, as before"
    journal = f"\n{reached.journal}" if reached.journal else ""
    is_lost = reached.stage is Stage.ROLLBACK_FAILED
    now = f"the host should be on {where}, and is not whole" if is_lost else f"the host is on {where}"
    return f"generation {reached.new} {reached.stage.value}: {reached.reason}{journal}\n{now}"
