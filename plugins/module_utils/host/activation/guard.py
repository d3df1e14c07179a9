# SPDX-License-Identifier: GPL-3.0-or-later
"""The dead man's switch, owned by PID 1: at the deadline it ends an activation that nobody confirmed.

Two guards, because each can miss what the other sees. The timer counts from the start of PID 1 (``OnStartupSec=``):
``--on-active`` starts again with every daemon-reload. The sleeper waits for itself: a timer whose time passes while the
container is frozen is disabled by the next daemon-reload.
"""

from __future__ import annotations

import time
from pathlib import Path

from ..host_error import HostError
from ..layout import Layout
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction.transaction import Transaction, TransactionFile
from .rollback import finish_commit, roll_back

#: The sleeper is the second guard: it leaves the timer the first word.
SLEEPER_DELAY_SECONDS = 1.0
_RESTART = ("--property=Restart=on-failure", "--property=RestartSec=200ms", "--property=StartLimitIntervalSec=0")


def arm(transaction: Transaction, agent: Path, python: str) -> None:
    """Start both guards and make sure that they wait. Raises HostError when they do not; nothing has changed then."""
    seconds = transaction.deadline - systemd.manager_started_seconds()
    timer = (f"--on-startup={seconds:.3f}", "--timer-property=AccuracySec=10ms")
    start = [python, "-I", str(agent)]
    try:
        systemd.run_transient(_name(transaction), [*start, "guard", transaction.id], *timer, *_RESTART)
        sleeper = [*start, "sleep-then-guard", transaction.id]
        systemd.run_transient(_sleeper(transaction), sleeper, "--service-type=exec", *_RESTART)
        if not is_armed(transaction):
            raise HostError("guard", "systemd did not arm it", "look at systemctl list-timers 'fractalops-*'")
    except HostError:
        disarm(transaction)
        raise


def is_armed(transaction: Transaction) -> bool:
    """The timer waits for a time to come and the sleeper sleeps."""
    timer, sleeper = _name(transaction) + ".timer", _sleeper(transaction) + ".service"
    shown = systemd.show([timer, sleeper], ["ActiveState", "SubState"])
    return shown[timer]["SubState"] == "waiting" and shown[sleeper]["ActiveState"] == "active"


def disarm(transaction: Transaction) -> None:
    """Stop the guards that exist; does not wait, since one of them may be the caller."""
    guards = (_name(transaction) + ".timer", _sleeper(transaction) + ".service")
    systemd.call(["systemctl", "stop", "--no-block", *guards])


def act(layout: Layout, transaction_id: str) -> None:
    """End this activation if it is still open: finish it when it was committed, undo it when it was not."""
    transactions = TransactionFile(layout)
    transaction = transactions.open_one(transaction_id)
    if transaction is None:
        return
    stop_activation(transaction)
    with transactions.lock():
        transaction = transactions.open_one(transaction_id)
        if transaction is None:
            return
        if GenerationStore(layout).confirmed_id() == transaction.new != transaction.old:
            finish_commit(layout, transaction)
        else:
            roll_back(layout, transaction, "nobody confirmed it in time")
    disarm(transaction)


def sleep_then_act(layout: Layout, transaction_id: str) -> None:
    """The sleeper's life."""
    transaction = TransactionFile(layout).open_one(transaction_id)
    if transaction is None:
        return
    while transaction.seconds_left + SLEEPER_DELAY_SECONDS > 0:
        time.sleep(min(1.0, transaction.seconds_left + SLEEPER_DELAY_SECONDS))
    act(layout, transaction_id)


def stop_activation(transaction: Transaction) -> None:
    """Kill the activation if it still runs: its time is over, and it may hold the lock."""
    systemd.call(["systemctl", "kill", "--signal=SIGKILL", activation_unit(transaction)])


def activation_unit(transaction: Transaction) -> str:
    """The transient unit an activation runs in."""
    return f"fractalops-activation-{transaction.id}.service"


def _name(transaction: Transaction) -> str:
    return "fractalops-guard-" + transaction.id


def _sleeper(transaction: Transaction) -> str:
    return "fractalops-guard-sleeper-" + transaction.id
