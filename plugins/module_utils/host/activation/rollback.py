# SPDX-License-Identifier: GPL-3.0-or-later
"""The two ends of an activation. Every step can be repeated, so a process that is killed is followed by the next."""

from __future__ import annotations

import contextlib
from pathlib import Path

from ..generation import Generation
from ..health.health import lives
from ..host_error import HostError
from ..layout import Layout
from ..store import current_link, replaced_file, unit_link
from ..store.durable import sync_folder
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction import history
from ..transaction.transaction import Stage, Transaction, TransactionFile


def roll_back(layout: Layout, transaction: Transaction, reason: str) -> Transaction:
    """Bring the old generation back, or nothing where there was none, and end the transaction.

    The caller holds the lock. The boot pointer has not moved, so this is about running units only.
    """
    ended = transaction.at(Stage.ROLLED_BACK, reason)
    has_begun = transaction.stage is not Stage.VERIFIED  # before that, no unit was touched
    try:
        old = GenerationStore(layout).load(transaction.old) if transaction.old else None
        systemd.stop(transaction.units.added)
        unit_link.remove(unit_link.on_trial(layout))
        systemd.reload_units()
        _restore_files(layout, old)
        if has_begun:
            _restore_units(transaction, old)
        _leave_only_stubs_of(layout, old)
    except (HostError, OSError) as error:
        # An end all the same: a guard that tried again for ever would be a loop without words.
        ended = transaction.at(Stage.ROLLBACK_FAILED, f"{ended.reason}; then the old generation failed: {error}")
    _end(layout, ended)
    return ended


def finish_commit(layout: Layout, transaction: Transaction) -> Transaction:
    """What follows the move of the boot pointer: stubs take over from trial links, old generations go.

    The caller holds the lock.
    """
    # Whoever moved it may have been killed before that was durable.
    sync_folder(layout.store)
    ended = transaction.at(Stage.CONFIRMED)
    store = GenerationStore(layout)
    confirmed = store.load(transaction.new)
    replaced_file.keep(layout, unit_link.replaced(layout, confirmed))
    unit_link.ensure(unit_link.stubs(layout, confirmed))
    unit_link.remove(unit_link.on_trial(layout))
    _leave_only_stubs_of(layout, confirmed)
    replaced_file.remove(layout, _replaced(layout, transaction.old))
    current_link.follow(layout, confirmed)
    _end(layout, ended)
    with contextlib.suppress(OSError):  # what stays for now is no reason to say that the commit failed
        store.prune({transaction.new, *filter(None, [transaction.old])})
    return ended


def _replaced(layout: Layout, generation_id: str | None) -> list[Path]:
    """Files in the place of links to a generation; none to one that cannot be read."""
    with contextlib.suppress(HostError):
        if generation_id:
            return unit_link.replaced(layout, GenerationStore(layout).load(generation_id))
    return []


def _restore_units(transaction: Transaction, old: Generation | None) -> None:
    """Restart what changed, start what was removed. Raises HostError when the old ones do not live."""
    units, live = transaction.units, old.live if old else {}
    touched = [name for name in [*units.changed, *units.removed, *units.reloaded] if name in live]
    restored = [name for name in touched if live[name].runs]
    held = old.held(touched) if old else []
    systemd.stop([name for name in touched if live[name].rests or name in held])
    systemd.restart(restored)
    systemd.restart_running([name for name in touched if name not in [*restored, *held]] + units.refreshed)
    systemd.start([name for name in units.masked if not old or name not in old.masks])
    dead = sorted(name for name, life in lives(old).items() if life["ActiveState"] != "active") if old else []
    if dead:
        raise HostError(", ".join(dead), "not active after the rollback", "look at journalctl -u " + dead[0])


def _restore_files(layout: Layout, old: Generation | None) -> None:
    """Services that can be reloaded find their config in a fixed place, which leads to the old generation again."""
    if old is not None and any(unit.reloads for unit in old.units.values()):
        systemd.call(["systemd-tmpfiles", "--create", str(layout.generation(old.id) / "tmpfiles.conf")])


def _leave_only_stubs_of(layout: Layout, generation: Generation | None) -> None:
    unit_link.remove(unit_link.leftovers(layout, generation))
    systemd.reload_units()


def _end(layout: Layout, ended: Transaction) -> None:
    known = {"generation": ended.new, "previous": ended.old, "owner": ended.owner, "why": ended.why}
    try:
        history.record(layout, ended.stage.value, **known, reason=ended.reason)
    except OSError as error:
        # A full or read-only disk: the transaction says how it ended, and it has ended all the same.
        ended = ended.at(ended.stage, f"{layout.history}: {error.strerror}")
    TransactionFile(layout).end(ended)
