# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's side of an activation: make sure that it may begin, start it, wait for what comes of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping

from . import agent, guard, history, precheck, systemd
from .generation import Generation
from .host_error import HostError
from .layout import Layout
from .plan import Plan
from .store import GenerationStore
from .transaction import Stage, Transaction, TransactionFile, monotonic

#: How long after its deadline a rollback may take before we call the host stuck: two guards and their restarts.
ROLLBACK_GRACE_SECONDS = 90


def begin(layout: Layout, plan: Plan, secrets: Mapping[str, str], owner: str) -> Transaction:
    """Stage, verify, arm the guard and start the activation; returns while it is under way.

    ``secrets`` maps pinned refs to values. When another run moved the host since the plan was made, this one refuses.
    """
    transactions = TransactionFile(layout)
    with transactions.lock():
        refuse_second_run(transactions.open_one())
        store = GenerationStore(layout)
        if store.confirmed_id() != plan.old_id:
            raise HostError("confirmed", "another run changed the host meanwhile", "run again to plan anew")
        _stage(layout, store, plan.new, secrets)
        transaction = _transaction(plan, owner)
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


def _transaction(plan: Plan, owner: str) -> Transaction:
    return Transaction(
        id=f"{time.time_ns():x}",
        new=plan.new.id,
        old=plan.old_id,
        deadline=monotonic() + plan.new.window_seconds,
        owner=owner,
        started=time.time(),
        units=plan.units,
    )


def _launch(layout: Layout, transaction: Transaction) -> None:
    """Guard first, then the change."""
    installed = agent.install(layout)
    try:
        guard.arm(transaction, installed, sys.executable)
    except HostError:
        TransactionFile(layout).end(transaction.at(Stage.ROLLED_BACK, "the guard could not be armed"))
        raise
    history.record(layout, "trial", generation=transaction.new, previous=transaction.old, owner=transaction.owner)
    command = [sys.executable, "-I", str(installed), "activate"]
    systemd.run_transient(guard.activation_unit(transaction), command, "--no-block", "--property=KillMode=process")


def refuse_second_run(transaction: Transaction | None) -> None:
    """Raise HostError when an activation is under way, naming its owner and age."""
    if transaction is not None:
        age = time.time() - transaction.started
        raise HostError(
            f"transaction {transaction.id}",
            f"{transaction.owner} has been activating generation {transaction.new} for {age:.0f} s",
            f"wait {max(1.0, transaction.seconds_left):.0f} s for its end, then run again",
        )


def end_forgotten(layout: Layout) -> None:
    """End a transaction long past its deadline: its run was killed before it had armed the guard."""
    transaction = TransactionFile(layout).open_one()
    if transaction is not None and transaction.seconds_left < -ROLLBACK_GRACE_SECONDS:
        guard.act(layout)


def wait_for_end(layout: Layout, transaction: Transaction) -> Transaction:
    """The transaction when it is healthy or has ended. Raises HostError when it does neither."""
    transactions = TransactionFile(layout)
    while True:
        current = transactions.open_one()
        if current is None or current.id != transaction.id:
            current = transactions.ended(transaction.id)
        if current is None:
            raise HostError("transaction " + transaction.id, "is gone", "run again; the boot pointer has not moved")
        if current.stage is Stage.HEALTHY or current.stage.is_final:
            return current
        if current.seconds_left < -ROLLBACK_GRACE_SECONDS:
            raise HostError(
                "transaction " + transaction.id, "its guards did not end it", "reboot the host: it boots the old one"
            )
        time.sleep(0.02)
