# SPDX-License-Identifier: GPL-3.0-or-later
"""The activation protocol: staged → verified → trial → healthy → confirmed, or rolled back.

The module stages, verifies and arms (see ``launch``). What is here runs in the agent: the trial in a transient unit of
its own, so that a dying ssh session cannot stop it halfway, and the confirm over a new connection.
"""

from __future__ import annotations

import json
import re
import sys

from ..generation import Generation
from ..health.health import wait_until_healthy
from ..host_error import HostError
from ..layout import Layout
from ..proof.in_force import require_in_force
from ..store import current_link, replaced_file, unit_link
from ..store.credential import decrypt, redact
from ..store.store import GenerationStore, credential_names
from ..systemd import exit_status, journal, systemd
from ..systemd.effective import differences
from ..transaction.outcome import outcome
from ..transaction.progress import Progress
from ..transaction.transaction import Stage, Transaction, TransactionFile, UnitChanges
from . import guard
from .rollback import finish_commit, roll_back

#: Of all units that failed together.
TOLD_LINES = 20


def activate(layout: Layout) -> None:
    """The transient unit's life: trial, then healthy; any failure rolls back at once."""
    transactions = TransactionFile(layout)
    with transactions.lock():
        transaction = transactions.open_one()
        if transaction is None or transaction.stage is not Stage.VERIFIED:
            return
        store = GenerationStore(layout)
        new = store.load(transaction.new)
        transaction = transaction.at(Stage.TRIAL)
        transactions.save(transaction)
        progress = Progress(layout, transaction.id)
        ended = journal.invocations([*transaction.units.changed, *transaction.units.removed])
        try:
            switch(layout, new, transaction.units, progress)
            progress.say("comparing effective properties with what is declared")
            found = differences(layout, new)
            if found:
                raise HostError(
                    "effective properties", "; ".join(found), "look for foreign drop-ins: systemctl cat UNIT"
                )
            wait_until_healthy(layout, new, progress)
            progress.say("asking the kernel whether what is declared is in force")
            require_in_force(layout, new)
        except HostError as error:
            progress.say(f"rolling back to {transaction.old or 'nothing'}")
            said = journal_tail(layout, transaction, new, error, ended)
            reason = "; ".join([str(error), *unstarted(new, error)])
            guard.disarm(roll_back(layout, transaction.with_journal(said), reason))
            return
        progress.say("healthy; waiting for the controller to come back and confirm")
        transactions.save(transaction.at(Stage.HEALTHY))


def switch(layout: Layout, new: Generation, units: UnitChanges, progress: Progress) -> None:
    """Show systemd the new generation and move every unit to it."""
    home = layout.generation(new.id)
    progress.say(f"showing systemd generation {new.id}")
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
    held = new.held(units.changed)
    doomed = [name for name in units.changed if new.live[name].rests or name in held] + units.removed + units.masked
    progress.say("stopping " + (", ".join(doomed) or "no unit"))
    systemd.stop(doomed)
    started = [name for name in [*units.added, *units.changed] if new.live[name].runs]
    progress.say("starting " + (", ".join(started) or "no unit"))
    systemd.restart(started)
    systemd.restart_running([name for name in units.changed if name not in [*started, *doomed]] + units.refreshed)
    systemd.reload(units.reloaded)


def unstarted(new: Generation, error: HostError) -> list[str]:
    """What systemd could not do for units whose program it did not even start, when ``error`` does not say so."""
    try:
        refusals = exit_status.refusals(new.live)
    except HostError:
        return []  # systemd does not answer; that must not hold up the rollback
    return [f"{name}: {words}" for name, words in refusals.items() if words not in str(error)]


def journal_tail(layout: Layout, transaction: Transaction, new: Generation, error: HostError, ended: set[str]) -> str:
    """What the units that the error names said last, each under a heading, without any credential in it.

    ``ended`` are the lives of units before the switch: what they said when they were stopped is no reason.
    """
    named = [name for name in sorted(new.live) if _names(error, name)]
    try:
        said = [line for name in named for line in _said(name, transaction.started, ended, TOLD_LINES // len(named))]
        # A program may have been given a credential of the old generation by hand.
        known = [new.id, *filter(None, [transaction.old])]
        return redact("\n".join(said), [secret for one in known for secret in _secrets(layout, one)])
    except (HostError, OSError, ValueError):
        return ""  # what cannot be read or redacted is not shown; that must not hold up the rollback


def _names(error: HostError, unit: str) -> bool:
    """The error names the unit, and not only one whose name ends or begins alike."""
    return re.search(rf"(?<![\w@.\\-]){re.escape(unit)}(?![\w-])", str(error)) is not None


def _said(unit: str, since: float, ended: set[str], limit: int) -> list[str]:
    lines = journal.last_words(unit, since, ended, max(1, limit))
    return [f"{unit} said last:", *("  " + line for line in lines)] if lines else []


def _secrets(layout: Layout, generation_id: str) -> list[str]:
    """Every value that units of a stored generation are given."""
    folder = layout.generation(generation_id)
    names = credential_names(GenerationStore(layout).load(generation_id))
    return [decrypt(folder / name).decode(errors="replace") for name in names]


def confirm(layout: Layout, transaction_id: str) -> Transaction:
    """Commit a healthy generation: one rename, then the clean-up that the guard would finish for us."""
    transactions = TransactionFile(layout)
    with transactions.lock():
        ended = transactions.ended(transaction_id)
        if ended is not None:
            if transactions.open_one(transaction_id):  # the process that ended it was killed before it had gone
                transactions.end(ended)
            guard.disarm(ended)
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
        new = store.load(transaction.new)
        current_link.require_movable(layout, new)
        replaced_file.keep(layout, unit_link.replaced(layout, new))
        unit_link.ensure(unit_link.stubs(layout, new))
        store.confirm(transaction.new)
        ended = finish_commit(layout, transaction)
    guard.disarm(ended)
    return ended


def confirm_and_say(layout: Layout, transaction_id: str) -> None:
    """``confirm`` for a controller on the other end of a connection: the outcome as JSON on standard output."""
    sys.stdout.write(json.dumps(outcome(confirm(layout, transaction_id))) + "\n")
