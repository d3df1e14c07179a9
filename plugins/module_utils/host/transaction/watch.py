# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting for the end of an activation, from the host's side."""

from __future__ import annotations

import json
import sys
import time

from ..host_error import HostError
from ..layout import Layout
from .outcome import outcome
from .progress import Progress
from .transaction import Stage, Transaction, TransactionFile, monotonic

#: How long after its deadline a rollback may take before we call the host stuck: two guards and their restarts.
ROLLBACK_GRACE_SECONDS = 90
#: A watcher hears of the host at least this often, so that it can count down.
QUIET_SECONDS = 5.0
#: After news, more of it is waited for: every answer costs the start of a Python here and a task there.
LINGER_SECONDS = 1.0
POLL_SECONDS = 0.02


def wait_for_end(layout: Layout, transaction_id: str, patience_seconds: float | None = None) -> Transaction:
    """The transaction when it is healthy or has ended, or as it is when patience ends.

    Raises HostError when it is gone, or when its guards did not end it.
    """
    give_up = None if patience_seconds is None else monotonic() + patience_seconds
    while True:
        current = _current(layout, transaction_id)
        if is_decided(current) or (give_up is not None and monotonic() >= give_up):
            return current
        time.sleep(POLL_SECONDS)


def is_decided(transaction: Transaction) -> bool:
    """Nothing more happens until somebody confirms."""
    return transaction.stage is Stage.HEALTHY or transaction.stage.is_final


def watch_and_say(layout: Layout, transaction_id: str, lines_seen: str) -> None:
    """For a controller: what is new since ``lines_seen``, soon after there is something, as JSON on standard output."""
    progress = Progress(layout, transaction_id)
    quiet_until = monotonic() + QUIET_SECONDS
    current = _current(layout, transaction_id)
    while not is_decided(current) and monotonic() < quiet_until:
        if len(progress.lines()) > int(lines_seen):
            quiet_until = min(quiet_until, monotonic() + LINGER_SECONDS)
        time.sleep(POLL_SECONDS)
        current = _current(layout, transaction_id)
    told = {
        "stage": current.stage.value,
        "seconds_left": max(0, round(current.seconds_left)),
        "lines": progress.lines()[int(lines_seen) :],
        "outcome": outcome(current) if is_decided(current) else None,
    }
    sys.stdout.write(json.dumps(told) + "\n")


def _current(layout: Layout, transaction_id: str) -> Transaction:
    transactions = TransactionFile(layout)
    current = transactions.open_one()
    if current is None or current.id != transaction_id:
        current = transactions.ended(transaction_id)
    if current is None:
        raise HostError("transaction " + transaction_id, "is gone", "run again; the boot pointer has not moved")
    if not is_decided(current) and current.seconds_left < -ROLLBACK_GRACE_SECONDS:
        raise HostError(
            "transaction " + transaction_id, "its guards did not end it", "reboot the host: it boots the old one"
        )
    return current
