# SPDX-License-Identifier: GPL-3.0-or-later
"""The module's side of an activation: make sure that it may begin, start it, wait for what comes of it."""

from __future__ import annotations

import dataclasses
import sys
import time
from collections.abc import Collection, Mapping

from ..drift.plan import Plan
from ..generation import Generation
from ..host_error import BusyError, HostError
from ..layout import Layout
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction import history
from ..transaction.fence import next_fence
from ..transaction.progress import Progress
from ..transaction.transaction import Stage, Transaction, TransactionFile, monotonic
from ..transaction.watch import ROLLBACK_GRACE_SECONDS
from . import agent, credential_reach, guard, precheck, sandbox


def begin(layout: Layout, plan: Plan, secrets: Mapping[str, str], owner: str, why: str | None) -> Transaction:
    """Stage and try in one go; returns while the activation is under way.

    ``secrets`` maps pinned refs to values; who and why go into the history. When another run moved the host since the
    plan was made, this one refuses.
    """
    with TransactionFile(layout).lock():
        return _try(layout, _stage(layout, plan, secrets, owner, why), plan.new)


def stage(layout: Layout, plan: Plan, secrets: Mapping[str, str], owner: str, why: str | None) -> Transaction:
    """Write and verify the generation, and let it wait: nothing that runs has changed. Its ``fence`` is what tries it.

    Refuses as ``begin`` does. What was staged before waits no longer.
    """
    transactions = TransactionFile(layout)
    with transactions.lock():
        staged = _stage(layout, plan, secrets, owner, why)
        transactions.stage(staged)
    return staged


def attempt(layout: Layout, fence: int) -> Transaction:
    """Try what was staged under ``fence``; returns while the activation is under way.

    Refuses when another run has staged or changed anything since, or the host was restarted.
    """
    transactions = TransactionFile(layout)
    with transactions.lock():
        refuse_second_run(transactions.open_one())
        staged = transactions.staged(fence)
        if staged is None:
            raise HostError(f"staging {fence}", "does not wait on this host any more", "stage again")
        _require_unmoved(layout, staged.old)
        store = GenerationStore(layout)
        new = store.load(staged.new)
        precheck.staged(layout, new, store)
        return _try(layout, staged, new)


def _stage(layout: Layout, plan: Plan, secrets: Mapping[str, str], owner: str, why: str | None) -> Transaction:
    """Everything that can be refused before anything that runs has changed."""
    refuse_second_run(TransactionFile(layout).open_one())
    _require_unmoved(layout, plan.old_id)
    store = GenerationStore(layout)
    _refuse(layout, plan)
    sandbox.require(layout, plan.new)
    store.stage(plan.new, secrets)
    precheck.staged(layout, plan.new, store)
    return Transaction(
        id=f"{time.time_ns():x}",
        new=plan.new.id,
        old=plan.old_id,
        deadline=0.0,
        owner=owner,
        started=time.time(),
        units=plan.units,
        fence=next_fence(layout),
        why=why,
    )


def check(layout: Layout, plan: Plan, delivered: Collection[str]) -> None:
    """Raise HostError for what a run with this plan would refuse before it changes anything; writes nothing that stays.

    ``delivered`` are paths of releases that this run would have brought before.
    """
    _refuse(layout, plan, delivered)
    sandbox.require(layout, plan.new)
    if not delivered:  # or systemd would miss the programs of those
        precheck.texts(layout, plan.new)


def _refuse(layout: Layout, plan: Plan, delivered: Collection[str] = ()) -> None:
    precheck.room(layout, plan.new)
    precheck.names(layout, plan.new, plan.old)
    credential_reach.check(plan.new)
    precheck.releases(layout, plan.new, delivered)


def _require_unmoved(layout: Layout, old_id: str | None) -> None:
    if GenerationStore(layout).confirmed_id() != old_id:
        raise BusyError("confirmed", "another run changed the host meanwhile", "run again for a new plan", 0)


def _try(layout: Layout, staged: Transaction, new: Generation) -> Transaction:
    """Guard first, then the change."""
    transaction = dataclasses.replace(
        staged.at(Stage.VERIFIED), deadline=monotonic() + new.window_seconds, started=time.time()
    )
    Progress(layout, transaction.id).begin()
    TransactionFile(layout).save(transaction)
    _launch(layout, transaction)
    return transaction


def _launch(layout: Layout, transaction: Transaction) -> None:
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
        age, wait = max(0.0, time.time() - transaction.started), max(1.0, transaction.seconds_left)
        raise BusyError(
            f"transaction {transaction.id}",
            f"{transaction.owner} has been activating generation {transaction.new} for {age:.0f} s",
            f"wait {wait:.0f} s for its end, then run again",
            wait,
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
