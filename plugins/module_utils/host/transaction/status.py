# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a host is: the generation it boots, the one it runs, an open activation, what happened before."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from ..host_error import HostError
from ..layout import Layout
from ..store.store import GenerationStore
from . import history
from .transaction import Stage, Transaction, TransactionFile

#: Events that are reported; the file keeps them all.
TOLD_EVENTS = 20


def status(layout: Layout) -> dict[str, Any]:
    """As plain data. What cannot be read is null here and a finding of the drift."""
    store = GenerationStore(layout)
    confirmed, transaction = _confirmed_id(store), _open(layout)
    return {
        "confirmed": confirmed,
        "running": running_id(layout),
        "previous": history.previous_id(layout, confirmed),
        "transaction": _told(transaction) if transaction else None,
        "generations": generations(layout, store),
        "history": history.events(layout)[-TOLD_EVENTS:],
    }


def generations(layout: Layout, store: GenerationStore) -> list[dict[str, Any]]:
    """Those this host keeps, newest first; ``problem`` says why one cannot be gone back to."""
    confirmed_at = {
        event.get("generation"): event.get("time")
        for event in history.events(layout)
        if event["event"] == Stage.CONFIRMED.value
    }
    return [
        {"id": name, "confirmed_at": confirmed_at.get(name), "problem": problem(store, name)} for name in store.ids()
    ]


def problem(store: GenerationStore, generation_id: str) -> str | None:
    """Why a stored generation is not whole; None when it is."""
    try:
        damaged = store.damaged(store.load(generation_id))
    except HostError as error:
        return f"{error.where} {error.what}"
    return f"{', '.join(damaged)} damaged" if damaged else None


def _confirmed_id(store: GenerationStore) -> str | None:
    try:
        return store.confirmed_id()
    except HostError:
        return None


def _open(layout: Layout) -> Transaction | None:
    try:
        return TransactionFile(layout).open_one()
    except HostError:
        return None


def where(layout: Layout) -> str:
    """Where the host is now, in words: the end of a failure that is no outcome of an activation."""
    confirmed, transaction = _confirmed_id(GenerationStore(layout)), _open(layout)
    at = f"generation {confirmed}" if confirmed else "no generation"
    if transaction is None:
        return f"the host is on {at}"
    left = max(0, round(transaction.seconds_left))
    return (
        f"the host boots {at}; generation {transaction.new} of {transaction.owner} is at stage "
        f"{transaction.stage.value}, {left} s are left to confirm it"
    )


def running_id(layout: Layout) -> str | None:
    """The generation on trial while there is one, else the confirmed one; None when neither is known."""
    transaction = _open(layout)
    is_on_trial = transaction is not None and transaction.stage in (Stage.TRIAL, Stage.HEALTHY)
    return transaction.new if transaction is not None and is_on_trial else _confirmed_id(GenerationStore(layout))


def _told(transaction: Transaction) -> dict[str, Any]:
    told = dataclasses.asdict(transaction)
    age = max(0.0, time.time() - transaction.started)
    kept = {key: told[key] for key in ("id", "new", "old", "owner", "why", "units", "reason")}
    return {
        **kept,
        "stage": transaction.stage.value,
        "age_seconds": round(age),
        "seconds_left": round(transaction.seconds_left, 1),
    }
