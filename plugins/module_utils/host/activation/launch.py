# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's side of an activation: make sure that it may begin, start it, wait for what comes of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from ..drift.plan import Plan
from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction import history
from ..transaction.progress import Progress
from ..transaction.transaction import Stage, Transaction, TransactionFile, monotonic
from ..transaction.watch import ROLLBACK_GRACE_SECONDS
from . import agent, guard, precheck


def begin(layout: Layout, plan: Plan, secrets: Mapping[str, str], owner: str, why: str | None) -> Transaction:
    """Stage, verify, arm the guard and start the activation; returns while it is under way.

    ``secrets`` maps pinned refs to values; who and why go into the history. When another run moved the host since the
    plan was made, this one refuses.
    """
    transactions = TransactionFile(layout)
    with transactions.lock():
        refuse_second_run(transactions.open_one())
        store = GenerationStore(layout)
        if store.confirmed_id() != plan.old_id:
            raise HostError("confirmed", "another run changed the host meanwhile", "run again for a new plan")
        _stage(layout, store, plan.new, secrets)
        transaction = _transaction(plan, owner, why)
        Progress(layout, transaction.id).begin()
        transactions.save(transaction)
        _launch(layout, transaction)
    return transaction


def _stage(layout: Layout, store: GenerationStore, new: Generation, secrets: Mapping[str, str]) -> None:
    """Everything that can be refused before anything that runs has changed."""
    precheck.room(layout, new)
    precheck.names(layout, new)
    precheck.releases(layout, new)
    store.stage(new, secrets)
    precheck.staged(layout, new, store)


def _transaction(plan: Plan, owner: str, why: str | None) -> Transaction:
    return Transaction(
        id=f"{time.time_ns():x}",
        new=plan.new.id,
        old=plan.old_id,
        deadline=monotonic() + plan.new.window_seconds,
        owner=owner,
        started=time.time(),
        units=plan.units,
        why=why,
    )


def _launch(layout: Layout, transaction: Transaction) -> None:
    """Guard first, then the change."""
    installed = agent.install(layout)
    try:
        guard.arm(transaction, installed, sys.executable)
    except HostError:
        TransactionFile(layout).end(transaction.at(Stage.ROLLED_BACK, "the guard could not be armed"))
        raise
    known = {"generation": transaction.new, "previous": transaction.old, "owner": transaction.owner}
    history.record(layout, "trial", **known, why=transaction.why)
    command = [sys.executable, "-I", str(installed), "activate"]
    systemd.run_transient(guard.activation_unit(transaction), command, "--no-block", "--property=KillMode=process")


def refuse_second_run(transaction: Transaction | None) -> None:
    """Raise HostError when an activation is under way, naming its owner and age."""
    if transaction is not None:
        age = max(0.0, time.time() - transaction.started)
        raise HostError(
            f"transaction {transaction.id}",
            f"{transaction.owner} has been activating generation {transaction.new} for {age:.0f} s",
            f"wait {max(1.0, transaction.seconds_left):.0f} s for its end, then run again",
        )


def end_forgotten(layout: Layout) -> None:
    """End a transaction that nobody else will, since its run was killed before it had armed the guard."""
    transaction = TransactionFile(layout).open_one()
    if transaction is not None and (_is_overdue(transaction) or _never_began(layout, transaction)):
        guard.act(layout, transaction.id)


def _is_overdue(transaction: Transaction) -> bool:
    return transaction.seconds_left < -ROLLBACK_GRACE_SECONDS


def _never_began(layout: Layout, transaction: Transaction) -> bool:
    """Whether its run was killed while it armed the guards: a living one holds the lock until it has launched."""
    if transaction.stage is not Stage.VERIFIED or guard.is_armed(transaction):
        return False
    with TransactionFile(layout).lock():
        return TransactionFile(layout).open_one() == transaction and not guard.is_armed(transaction)
