# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation for a host that does not run: staged, verified and confirmed in its root file system.

Nothing runs, so there is nothing to try and no guard to arm: the boot that follows is the trial, and the generation
before stays in the store for a rollback.
"""

from __future__ import annotations

from collections.abc import Mapping

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..store import current_link, replaced_file, unit_link
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction import history
from ..transaction.transaction import Stage, TransactionFile
from . import precheck


def switch(
    layout: Layout, new: Generation, secrets: Mapping[str, str], owner: str, why: str | None
) -> tuple[str | None, bool]:
    """Make ``new`` what the host boots; the id it booted before, and whether anything changed.

    ``secrets`` maps pinned refs to values. Raises HostError before the boot pointer moves.
    """
    if systemd.is_running():
        raise HostError("/run/systemd/system", "this host runs", "use the protocol of a running host")
    with TransactionFile(layout).lock():
        store = GenerationStore(layout)
        old = store.confirmed_id()
        if old == new.id and is_in_order(layout, store, new):
            return old, False
        precheck.space(layout, new)
        before = store.readable()
        precheck.names(layout, new, before)
        precheck.releases(layout, new)
        store.stage(new, secrets)
        precheck.staged(layout, new, store)
        # Stubs that dangle are harmless, a boot pointer to units nobody starts is not.
        replaced_file.keep(layout, unit_link.replaced(layout, new))
        unit_link.ensure(unit_link.stubs(layout, new))
        store.confirm(new.id)
        unit_link.remove(unit_link.leftovers(layout, new))
        replaced_file.remove(layout, unit_link.replaced(layout, before) if before else [])
        current_link.follow(layout, new)
        known = {"generation": new.id, "previous": old, "owner": owner, "why": why}
        history.record(layout, Stage.CONFIRMED.value, **known, reason="while the host was stopped")
    return old, True


def is_in_order(layout: Layout, store: GenerationStore, generation: Generation) -> bool:
    """Whole in the store, linked, and nothing of an older one left."""
    stubs = unit_link.stubs(layout, generation)
    return not (store.damaged(generation) or unit_link.missing(stubs) or unit_link.leftovers(layout, generation))
