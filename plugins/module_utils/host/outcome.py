# SPDX-License-Identifier: GPL-3.0-or-later
"""How an activation ended, as words and as data for the controller."""

from __future__ import annotations

from typing import Any, Dict

from .transaction import Stage, Transaction


def outcome(reached: Transaction) -> Dict[str, Any]:
    """The result of a transaction that is healthy or has ended; ``failed`` unless it got there."""
    result: Dict[str, Any] = {
        "transaction": reached.id,
        "stage": reached.stage.value,
        "failed": reached.stage not in (Stage.HEALTHY, Stage.CONFIRMED),
    }
    if result["failed"]:
        result["msg"] = failure(reached)
    return result


def failure(reached: Transaction) -> str:
    """What happened, where the host is now, what to do."""
    where = "generation {0}".format(reached.old) if reached.old else "no generation, as before"
    journal = "\nlast words:\n{0}".format(reached.journal) if reached.journal else ""
    return "generation {0} {1}: {2}{3}\nthe host is on {4}; mend the cause, then run the site playbook again".format(
        reached.new, reached.stage.value, reached.reason, journal, where
    )
