# SPDX-License-Identifier: GPL-3.0-or-later
"""Mistakes made by hand in the protocol of an activation, each with a schedule that shows it."""

from __future__ import annotations

from ansible_collections.fractalops.infra.tests.simulation.fault import Fault
from ansible_collections.fractalops.infra.tests.simulation.mutant import CONFIRMED, Mutant
from ansible_collections.fractalops.infra.tests.simulation.schedule import Schedule

DURABLE, STORE, LINK, CURRENT = "store.durable", "store.store", "store.unit_link", "store.current_link"
ACTIVATION, GUARD = "activation.activation", "activation.guard"
LAUNCH, ROLLBACK, AGENT = "activation.launch", "activation.rollback", "activation.agent"
TRANSACTION, HEALTH = "transaction.transaction", "health.health"


def _one(words: str, module: str, old: str, new: str, seen_by: Schedule = CONFIRMED) -> Mutant:
    return Mutant(words, module, ((old, new),), seen_by)


def _kill(kind: str, *numbers: int, scenario: str = "confirmed") -> Schedule:
    return Schedule(scenario, tuple(Fault("kill", kind, number) for number in numbers))


def _freeze(kind: str, number: int, seconds: float, scenario: str) -> Schedule:
    return Schedule(scenario, (Fault("freeze", kind, number, seconds),))


UNCONFIRMED, LATER = Schedule("nobody confirms"), "second run after a rollback"
_LAUNCHED = """\
        command = [sys.executable, "-I", str(installed), "activate"]
        systemd.run_transient(guard.activation_unit(transaction), command)
"""
MUTANTS = (
    # What fsync and renames are for.
    _one("folders are not synced", DURABLE, "        os.fsync(descriptor)", "        pass"),
    _one("files are not synced", DURABLE, "            os.fsync(stream.fileno())", "            pass"),
    _one(
        "a link moves in two steps",
        DURABLE,
        "    os.replace(str(temporary), str(link))",
        "    os.path.islink(str(link)) and os.unlink(str(link))\n    os.rename(str(temporary), str(link))",
    ),
    _one(
        "current moves in two steps",
        CURRENT,
        '    os.rename(".current"',
        '    os.unlink("current", dir_fd=folder)\n    os.rename(".current"',
    ),
    _one(
        "folders above links are not synced",
        LINK,
        "touched | {folder.parent for folder in touched}",
        "touched",
        Schedule("first"),
    ),
    Mutant(
        "links that are there are not synced",
        LINK,
        (
            ("in sorted(missing(links).items()):", "in (wanted := sorted(missing(links).items())):"),
            ("{link.parent for link in links}", "{link.parent for link, _target in wanted}"),
        ),
        _kill("confirm", 36, scenario="first"),
    ),
    _one("folders of a generation are not synced", STORE, "list(pool.map(sync_folder, reversed(folders)))", "pass"),
    _one("a generation is put in place without fsync", STORE, "        sync_folder(self._layout.generations)\n", ""),
    _one(
        "the transaction is not replaced but written",
        TRANSACTION,
        "    os.replace(str(temporary), str(path))",
        "    path.write_bytes(content)",
        _kill("activate", 6),
    ),
    _one(
        "an agent is installed in place",
        AGENT,
        'temporary = layout.run / f".agent.{os.getpid()}"',
        "temporary = folder",
        _kill("module", 77, scenario="first"),
    ),
    # Locks and owners.
    _one(
        "nobody takes the lock",
        TRANSACTION,
        "        _flock(descriptor, seconds)",
        "        pass",
        _freeze("module", 2, 3.0, "second run at once"),
    ),
    _one(
        "no second-run check under the lock",
        LAUNCH,
        "    refuse_second_run(TransactionFile(layout).open_one())\n",
        "",
        _freeze("module", 3, 11.0, LATER),
    ),
    _one(
        "the plan is not checked under the lock",
        LAUNCH,
        "GenerationStore(layout).confirmed_id() != old_id",
        "False",
        _freeze("module", 1, 3.0, "second run at once"),
    ),
    _one(
        "a guard does not look again under the lock",
        GUARD,
        "    with transactions.lock():\n        transaction = transactions.open_one(transaction_id)\n        if",
        "    with transactions.lock():\n        if",
        _freeze("guard", 1, 11.0, LATER),
    ),
    _one(
        "a confirm with a foreign id is taken",
        ACTIVATION,
        "transaction is None or transaction.id != transaction_id",
        "transaction is None",
        Schedule("confirm by a stranger"),
    ),
    _one(
        "a confirm does not ask for health",
        ACTIVATION,
        "transaction.stage is not Stage.HEALTHY or ",
        "",
        _kill("activate", 1, scenario="confirm that does not wait"),
    ),
    _one(
        "a forgotten transaction stays",
        LAUNCH,
        "(_is_overdue(transaction) or _never_began(layout, transaction))",
        "False",
        _kill("module", 73),
    ),
    _one(
        "an activation ended halfway stays open",
        ACTIVATION,
        "if transactions.open_one(transaction_id):",
        "if False:",
        _kill("confirm", 82),
    ),
    _one(
        "a stale staging is tried",
        TRANSACTION,
        "staged if staged and staged.fence == fence else None",
        "staged",
        Schedule("two staged"),
    ),
    _one(
        "every staging has the same number",
        "transaction.fence",
        "_last(layout) + 1",
        "1",
        Schedule("two staged"),
    ),
    # Guards.
    _one("a guard does not wait", GUARD, "while transaction.seconds_left + SLEEPER_DELAY_SECONDS > 0:", "while False:"),
    _one(
        "a guard does not stop the activation",
        GUARD,
        "    stop_activation(transaction)\n",
        "",
        Schedule("starts too slowly"),
    ),
    _one(
        "a guard undoes a commit",
        GUARD,
        "GenerationStore(layout).confirmed_id() == transaction.new != transaction.old",
        "False",
        _kill("confirm", 36, 38),
    ),
    _one(
        "a guard commits", GUARD, ".confirmed_id() == transaction.new != transaction.old", " is not None", UNCONFIRMED
    ),
    Mutant(
        "a guard that died is not started again",
        GUARD,
        (("*timer, *_RESTART)", "*timer)"), (", *_RESTART)\n        if", ")\n        if")),
        Schedule(UNCONFIRMED.scenario, (Fault("kill", "guard", 2), Fault("kill", "sleeper", 2))),
    ),
    Mutant(
        "there is no sleeper",
        GUARD,
        (
            ('        systemd.run_transient(_sleeper(transaction), sleeper, "--service-type=exec", *_RESTART)\n', ""),
            (' and shown[sleeper]["ActiveState"] == "active"', ""),
        ),
        Schedule(UNCONFIRMED.scenario, (Fault("stall", "activate", 46, 11.0),)),
    ),
    Mutant(
        "the change comes before the guard",
        LAUNCH,
        (
            ("        guard.arm(transaction, installed, sys.executable)\n", _LAUNCHED),
            (
                '    systemd.run_transient(guard.activation_unit(transaction), command, "--no-block", ',
                "    guard.arm(transaction, installed, sys.executable) or str(",
            ),
        ),
        _kill("module", 74, scenario=UNCONFIRMED.scenario),
    ),
    # The trial, and its undoing.
    _one("the trial is not shown to systemd", ACTIVATION, "    systemd.reload_units()\n", ""),
    _one(
        "a rollback is not shown to systemd",
        ROLLBACK,
        "        systemd.reload_units()\n        _restore_files",
        "        _restore_files",
        UNCONFIRMED,
    ),
    _one(
        "a rollback leaves trial links",
        ROLLBACK,
        "        unit_link.remove(unit_link.on_trial(layout))\n        systemd",
        "        systemd",
        UNCONFIRMED,
    ),
    _one(
        "a rollback leaves stubs", ROLLBACK, "        _leave_only_stubs_of(layout, old)\n", "", _kill("confirm", 6, 8)
    ),
    _one("a rollback leaves new units", ROLLBACK, "        systemd.stop(transaction.units.added)\n", "", UNCONFIRMED),
    _one("a rollback leaves files", ROLLBACK, "        _restore_files(layout, old)\n", "", UNCONFIRMED),
    _one("a rollback restarts nothing", ROLLBACK, "    systemd.restart(restored)\n", "", UNCONFIRMED),
    _one(
        "a rollback leaves what a mask stopped",
        ROLLBACK,
        "    systemd.start([name for name in units.masked if not old or name not in old.masks])\n",
        "",
        UNCONFIRMED,
    ),
    _one(
        "a rollback leaves units of others",
        ROLLBACK,
        "not in [*restored, *held]] + units.refreshed)",
        "not in [*restored, *held]])",
        UNCONFIRMED,
    ),
    _one("a rollback ignores dead units", ROLLBACK, "    if dead:", "    if False:", Schedule("the old one fails too")),
    _one(
        "a rollback believes that nothing has begun",
        ROLLBACK,
        "transaction.stage is not Stage.VERIFIED",
        "False",
        UNCONFIRMED,
    ),
    _one(
        "deaths in the soak are not seen",
        HEALTH,
        'any(life.get(key) != born[name].get(key) for key in ("InvocationID", "NRestarts"))',
        "False",
        Schedule("dies in the soak"),
    ),
    _one(
        "nobody asks for health",
        HEALTH,
        "reasons = _unanswered(generation, asked, born, progress) or ",
        "reasons = ",
        Schedule("never healthy"),
    ),
    _one(
        "settings taken away are still there",
        LINK,
        "return {**_hidden(layout, generation), **links}",
        "return links",
        Schedule("second run after the first"),
    ),
    _one(
        "links of others are ours",
        LINK,
        'return target == "../" + unit.name and (',
        "return True or (",
    ),
    # The commit, and what follows it.
    Mutant(
        "the boot pointer moves before the stubs",
        ACTIVATION,
        (
            ("        unit_link.ensure(unit_link.stubs(layout, new))\n", ""),
            (
                "        store.confirm(transaction.new)\n",
                "        store.confirm(transaction.new)\n        unit_link.ensure(unit_link.stubs(layout, new))\n",
            ),
        ),
        Schedule("confirmed", (Fault("power", "confirm", 6),)),
    ),
    _one(
        "a commit of somebody else is not synced",
        ROLLBACK,
        "    sync_folder(layout.store)\n",
        "",
        _kill("confirm", 33, scenario="controller gone after its confirm"),
    ),
    _one(
        "a commit leaves trial links",
        ROLLBACK,
        "    unit_link.remove(unit_link.on_trial(layout))\n    _leave",
        "    _leave",
    ),
    _one("a commit leaves stubs", ROLLBACK, "    _leave_only_stubs_of(layout, confirmed)\n", ""),
    _one("a commit leaves current", ROLLBACK, "    current_link.follow(layout, confirmed)\n", ""),
    _one(
        "a commit unpins the old generation",
        ROLLBACK,
        "{transaction.new, *filter(None, [transaction.old])}",
        "{transaction.new}",
        Schedule("second run after the first"),
    ),
)
