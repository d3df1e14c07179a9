# SPDX-License-Identifier: GPL-3.0-or-later
"""Restarting what a host has, without changing what it is."""

from __future__ import annotations

from ..health.health import wait_until_healthy
from ..host_error import HostError
from ..layout import Layout
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction.progress import Progress
from ..transaction.transaction import TransactionFile


def restart_services(layout: Layout) -> list[str]:
    """Restart every unit the confirmed generation runs and wait until all are healthy; their names.

    Raises HostError while an activation is under way, and when a unit does not become healthy.
    """
    transactions = TransactionFile(layout)
    with transactions.lock():
        if transactions.open_one() is not None:
            raise HostError("transaction", "an activation is under way", "wait for its end, then run again")
        generation = GenerationStore(layout).confirmed()
        if generation is None:
            raise HostError(str(layout.confirmed), "this host has no generation", "use repair=converge")
        units = sorted(name for name, unit in generation.live.items() if unit.runs)
        systemd.reload_units()
        systemd.stop(generation.held(units))
        systemd.restart(units)
        wait_until_healthy(layout, generation, Progress(layout, "restart"))
    return units
