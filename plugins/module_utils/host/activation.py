# SPDX-License-Identifier: GPL-3.0-or-later
"""The activation protocol: staged → verified → trial → healthy → confirmed, or rolled back.

``begin`` runs in the module and ``confirm`` in the agent over a new connection; what lies between runs in a transient
unit of its own, so that a dying ssh session cannot stop it halfway.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping

from . import agent, guard, history, precheck, systemd, unit_link
from .credential import redact
from .effective import differences
from .generation import Generation
from .health import wait_until_healthy
from .host_error import HostError
from .layout import Layout
from .outcome import outcome
from .rollback import finish_commit, roll_back
from .store import GenerationStore
from .transaction import Stage, Transaction, TransactionFile, UnitChanges, monotonic

#: How long after its deadline a rollback may take before we call the host stuck: two guards and their restarts.
ROLLBACK_GRACE_SECONDS = 90


def begin(
    layout: Layout,
    generation: Generation,
    secrets: Mapping[str, str],
    changes: UnitChanges,
    owner: str,
    expected: str | None,
) -> Transaction:
    """Stage, verify, arm the guard and start the activation; returns while it is under way.

    ``expected`` is the confirmed generation the plan was made against: when another run moved it, this one refuses.
    """
    transactions = TransactionFile(layout)
    with transactions.lock():
        store = GenerationStore(layout)
        refuse_second_run(transactions.open_one())
        if store.confirmed_id() != expected:
            raise HostError("confirmed", "another run changed the host meanwhile", "run again to plan anew")
        precheck.room(layout, generation)
        precheck.names(layout, generation)
        precheck.releases(layout, generation)
        store.stage(generation, secrets)
        precheck.staged(layout, generation, store)
        transaction = Transaction(
            id=f"{time.time_ns():x}",
            new=generation.id,
            old=expected,
            deadline=monotonic() + generation.window_seconds,
            owner=owner,
            started=time.time(),
            units=changes,
        )
        transactions.save(transaction)
        _launch(layout, transaction)
    return transaction


def _launch(layout: Layout, transaction: Transaction) -> None:
    """Guard first, then the change."""
    packed = agent.install(layout)
    try:
        guard.arm(transaction, packed, sys.executable)
    except HostError:
        TransactionFile(layout).end(transaction.at(Stage.ROLLED_BACK, "the guard could not be armed"))
        raise
    history.record(layout, "trial", generation=transaction.new, previous=transaction.old, owner=transaction.owner)
    command = [sys.executable, "-I", str(packed), "activate"]
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


def activate(layout: Layout) -> None:
    """The transient unit's life: trial, then healthy; any failure rolls back at once."""
    transactions = TransactionFile(layout)
    with transactions.lock():
        transaction = transactions.open_one()
        if transaction is None or transaction.stage is not Stage.VERIFIED:
            return
        store = GenerationStore(layout)
        new = store.load(transaction.new)
        transactions.save(transaction.at(Stage.TRIAL))
        try:
            switch(layout, new, transaction.units)
            found = differences(layout, new)
            if found:
                raise HostError(
                    "effective properties", "; ".join(found), "look for foreign drop-ins: systemctl cat UNIT"
                )
            wait_until_healthy(new)
        except HostError as error:
            ended = roll_back(
                layout, transaction.with_journal(journal_tail(layout, transaction, new, error)), str(error)
            )
            guard.disarm(ended)
            return
        transactions.save(transaction.at(Stage.HEALTHY))


def switch(layout: Layout, new: Generation, units: UnitChanges) -> None:
    """Show systemd the new generation and move every unit to it."""
    home = layout.generation(new.id)
    for command in (
        ["systemd-sysusers", str(home / "sysusers.conf")],
        ["systemd-tmpfiles", "--create", str(home / "tmpfiles.conf")],
    ):
        result = systemd.call(command)
        if result.returncode:
            raise HostError(
                command[0], systemd.last_words(result.stderr), "look at users and directories of the services"
            )
    unit_link.ensure(unit_link.trial_links(layout, new))
    systemd.reload_units()
    systemd.stop([name for name in units.changed if not new.units[name].runs] + units.removed)
    systemd.restart([name for name in [*units.added, *units.changed] if new.units[name].runs])


def journal_tail(layout: Layout, transaction: Transaction, new: Generation, error: HostError) -> str:
    """What the units the error names said since the activation began, without any credential in it."""
    named = [name for name in new.units if name in str(error)] or sorted(new.units)
    since = f"--since=@{int(transaction.started)}"
    units = ["--unit=" + name for name in named]
    systemd.call(["journalctl", "--sync"])
    lines = systemd.call(["journalctl", "--no-pager", "--quiet", "--output=cat", "--lines=20", since, *units]).stdout
    credentials = {name: unit.credentials for name, unit in new.units.items()}
    return redact(lines.decode(errors="replace").strip(), layout.generation(new.id) / "credentials", credentials)


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


def confirm(layout: Layout, transaction_id: str) -> Transaction:
    """Commit a healthy generation: one rename, then the clean-up that the guard would finish for us."""
    transactions = TransactionFile(layout)
    with transactions.lock():
        ended = transactions.ended(transaction_id)
        if ended is not None:
            return ended
        transaction = transactions.open_one()
        if transaction is None or transaction.id != transaction_id:
            raise HostError(
                "transaction " + transaction_id, "is not open on this host", "run again; the host was restarted"
            )
        if transaction.stage is not Stage.HEALTHY or transaction.seconds_left <= 0:
            raise HostError(
                "transaction " + transaction_id, "is too late to confirm", "wait for its rollback, then run again"
            )
        store = GenerationStore(layout)
        unit_link.ensure(unit_link.stubs(layout, store.load(transaction.new)))
        store.confirm(transaction.new)
        ended = finish_commit(layout, transaction)
    guard.disarm(ended)
    return ended


def confirm_and_say(layout: Layout, transaction_id: str) -> None:
    """``confirm`` for a controller on the other end of a connection: the outcome as JSON on standard output."""
    sys.stdout.write(json.dumps(outcome(confirm(layout, transaction_id))) + "\n")
