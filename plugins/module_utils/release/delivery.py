# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan carried out: under the lock of the application, and removals under the lock of the host's activations too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..host.host_error import HostError
from ..host.layout import Layout
from ..host.transaction.transaction import TransactionFile
from . import room
from .extraction import Limits
from .plan import Plan, Wanted, make_plan
from .release_store import ReleaseStore

#: How long to wait for an activation before old releases are left to the next run.
ACTIVATION_SECONDS = 5


@dataclass(frozen=True)
class Incoming:
    """An archive that was sent to this host."""

    name: str
    sha256: str
    limits: Limits


def prepare(layout: Layout, wanted: Wanted, needed_bytes: int) -> str:
    """Make the way for an archive: folders, room, no leftovers; the folder to send it to."""
    with ReleaseStore.opened(layout, wanted.app, make=True) as store:
        if store is None:
            raise HostError(wanted.path, "its folder went away", "run again")
        with store.lock():
            store.sweep()
        room.require(store.folder, Path(wanted.path), needed_bytes)
        return str(store.make_incoming())


def deliver(layout: Layout, wanted: Wanted, incoming: Incoming) -> Plan:
    """Unpack what was sent. The plan is made again under the lock: another run may have been first."""
    with ReleaseStore.opened(layout, wanted.app) as store:
        if store is None:
            raise HostError(wanted.path, "its folder went away", "run again")
        try:
            with store.lock():
                plan = make_plan(layout, store, wanted)
                if plan.delivers:
                    store.store(wanted.id, incoming.name, incoming.sha256, str(wanted.digest), incoming.limits)
        finally:
            store.drop_incoming(incoming.name)
    return plan


def remove_old(layout: Layout, wanted: Wanted) -> list[str]:
    """Remove old releases, or the one that should not be there; what was removed.

    Under the lock of activations no generation appears between the look at what is needed and the removal.
    Raises HostError when an activation is under way for longer than ACTIVATION_SECONDS.
    """
    with ReleaseStore.opened(layout, wanted.app) as store:
        if store is None:
            return []
        with TransactionFile(layout).lock(ACTIVATION_SECONDS), store.lock():
            old = make_plan(layout, store, wanted).old
            for release_id in old:
                store.remove(release_id)
        return old


def superseded(layout: Layout, app: str) -> list[str]:
    """A warning when the environment file of older deployments is still there; it is never made, read or removed."""
    path = f"/opt/{app}/shared/.env"
    if layout.inside(path).exists():
        return [f"{path}: is superseded by the config and the credentials of services; remove it when nothing reads it"]
    return []
