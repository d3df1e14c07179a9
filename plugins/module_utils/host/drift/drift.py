# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift: where a host is not as its confirmed generation says. Looks only, and says so when it cannot look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Callable

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..store.store import GenerationStore
from ..transaction import history
from ..transaction.transaction import Transaction, TransactionFile
from ..transaction.way_back import way_back
from . import file_drift, link_drift, override_drift, unit_drift
from .finding import LOOK, WAIT, Finding, Kind

Look = Callable[[], Iterable[Finding]]
#: A look of another package, which this one may not import.
FurtherLook = Callable[[Layout, Generation], Iterable[Finding]]


@dataclass(frozen=True)
class Drift:
    """``kept`` are drop-ins of administrators: none of our business, and no drift."""

    findings: list[Finding] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)


def drift(layout: Layout, *further: FurtherLook) -> Drift:
    """Compare the confirmed generation with the host, unless an activation is open."""
    try:
        transaction = TransactionFile(layout).open_one()
        if transaction is not None:
            return Drift([_on_trial(transaction)])
        confirmed_id = GenerationStore(layout).confirmed_id()
    except (HostError, OSError) as error:
        return Drift([_unreadable(Kind.GENERATION, error), *_without_generation(layout)])
    if confirmed_id is None:
        nothing = Finding(Kind.GENERATION, str(layout.confirmed), "a confirmed generation", None)
        return Drift([nothing, *_without_generation(layout)])
    try:
        generation = GenerationStore(layout).load(confirmed_id)
    except HostError as error:
        lost = Finding(Kind.GENERATION, error.where, "readable", error.what, _mender(layout, confirmed_id))
        return Drift([lost, *_without_generation(layout), *link_drift.diverted(layout, confirmed_id)])
    return _compared(layout, generation, further)


def _mender(layout: Layout, generation_id: str) -> str | None:
    """Who brings back a generation that is lost: site, unless it never was on this host."""
    return None if history.knows(layout, generation_id) else way_back(layout, GenerationStore(layout))


def _compared(layout: Layout, generation: Generation, further: Iterable[FurtherLook]) -> Drift:
    on_disk: list[Look] = [
        lambda: file_drift.stored_files(layout, generation),
        lambda: file_drift.credentials(layout, generation),
        lambda: file_drift.modes(layout, generation),
        lambda: file_drift.accounts(layout, generation),
        lambda: file_drift.releases(layout, generation),
        lambda: link_drift.links(layout, generation),
        lambda: link_drift.leftovers(layout, generation),
    ]
    on_disk += [partial(look, layout, generation) for look in further]
    findings = _seen([*on_disk, *_strangers(layout, generation)])
    try:
        units = unit_drift.shown(generation)
    except HostError as error:
        return Drift([*findings, _unreadable(Kind.UNREADABLE, error)])
    live: list[Look] = [
        lambda: unit_drift.states(generation, units),
        lambda: unit_drift.sources(layout, generation, units),
        lambda: unit_drift.properties(generation, units),
        lambda: unit_drift.processes(layout, generation),
        lambda: unit_drift.not_in_force(layout, generation, units),
        lambda: override_drift.overridden(layout, generation, units),
        lambda: unit_drift.loaded_credentials(layout, generation, units),
        lambda: unit_drift.others(layout, generation, units),
    ]
    return Drift(findings + _seen(live), unit_drift.foreign_dropins(generation, units))


def _without_generation(layout: Layout) -> list[Finding]:
    return _seen([lambda: link_drift.leftovers(layout, None), *_strangers(layout, None)])


def _strangers(layout: Layout, generation: Generation | None) -> list[Look]:
    return [
        lambda: link_drift.unknown_files(layout, generation),
        lambda: unit_drift.unknown_units(generation),
    ]


def _seen(looks: Iterable[Look]) -> list[Finding]:
    """What each look finds; one that fails is a finding itself, and the others go on."""
    findings: list[Finding] = []
    for look in looks:
        try:
            findings.extend(look())
        except (HostError, OSError) as error:
            findings.append(_unreadable(Kind.UNREADABLE, error))
    return _once(findings)


def _once(findings: list[Finding]) -> list[Finding]:
    """A unit file that is not ours is seen on disk and by systemd; one finding is enough."""
    files = {one.subject.rpartition("/")[2] for one in findings if one.kind is Kind.UNKNOWN_UNIT and "/" in one.subject}
    return [one for one in findings if one.kind is not Kind.UNKNOWN_UNIT or one.subject not in files]


def _unreadable(kind: Kind, error: HostError | OSError) -> Finding:
    if isinstance(error, HostError):
        return Finding(kind, error.where, "readable", error.what, error.hint)
    return Finding(kind, str(error.filename), "readable", error.strerror, LOOK)


def _on_trial(transaction: Transaction) -> Finding:
    told = f"{transaction.owner} has generation {transaction.new} at stage {transaction.stage.value}"
    return Finding(Kind.TRANSACTION, transaction.id, "no open activation", told, WAIT)
