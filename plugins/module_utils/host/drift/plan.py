# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run would do to a host, made by looking only."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..generation import Generation, file_name
from ..host_error import HostError
from ..layout import Layout
from ..store import ciphertext, unit_link
from ..store.store import GenerationStore, credential_names
from ..systemd import systemd
from ..transaction.transaction import UnitChanges
from ..transaction.way_back import way_back
from . import file_drift
from .plan_diff import Diff, unit_diff, whole_diffs
from .plan_note import notes
from .stale import stale
from .tainted import tainted


@dataclass(frozen=True)
class Plan:
    """From the confirmed generation and the state of the host to the wanted generation."""

    old: Generation | None
    new: Generation
    units: UnitChanges
    repairs: list[str]
    """What is not as the generation says, although its content is the same."""
    notes: list[str] = field(default_factory=list)
    """What an operator may not expect of this run, in words."""

    @property
    def old_id(self) -> str | None:
        """None before the first generation."""
        return self.old.id if self.old else None

    def __bool__(self) -> bool:
        return self.old_id != self.new.id or bool(self.units) or bool(self.repairs)

    def result(self) -> dict[str, Any]:
        """What Ansible gets of this plan."""
        return {
            "changed": bool(self),
            "generation": self.new.id,
            "previous": self.old_id,
            "units": {**vars(self.units), "rewritten": self.rewritten},
            "repairs": self.repairs,
            "diff": self.diffs(),
        }

    @property
    def rewritten(self) -> list[str]:
        """Units whose files change while nothing of theirs is started, restarted, reloaded or stopped now."""
        units = self.units
        touched = {file_name(name) for name in [*units.added, *units.changed, *units.removed, *units.reloaded]}
        return sorted(self._differing() - touched)

    def diffs(self) -> list[Diff]:
        """A before/after pair for each unit, what is said about the host as a whole, and what differs on it.

        Refs stand in place of secrets. No two generations have the same pairs.
        """
        units, header = self.units, "host"
        named = {file_name(name) for name in units.changed}
        diffs = [unit_diff(name, self.old, self.new) for name in sorted(named | self._differing())]
        diffs += whole_diffs(self.old, self.new)
        if self.repairs:
            diffs.append({"before_header": header, "after_header": header, "before": _lines(self.repairs), "after": ""})
        return [diff for diff in diffs if diff["before"] != diff["after"]]

    def _differing(self) -> set[str]:
        """Files of units whose content is not the same in both generations."""
        old = self.old.document["units"] if self.old else {}
        new = self.new.document["units"]
        return {name for name in {*old, *new} if old.get(name) != new.get(name)}


def make_plan(layout: Layout, new: Generation) -> Plan:
    """Compare ``new`` with the confirmed generation, and that with the host."""
    store = GenerationStore(layout)
    # A confirmed generation whose manifest is damaged is known all the same when it is the wanted one: same id.
    old = new if store.confirmed_id() == new.id else _confirmed(layout, store)
    states = systemd.states({*new.live, *(old.live if old else ())})
    masked = systemd.show(new.masks, ["ActiveState", "LoadState"])  # a mask may name a unit by its alias
    up = {name for name, state in states.items() if state in systemd.UP}
    up |= {name for name, shown in masked.items() if shown.get("ActiveState") in systemd.UP}
    damaged = file_drift.damaged(layout, old) if old else []
    units = unit_changes(old, new, up, _suspects(layout, old, damaged) if old else ())
    repairs = _repairs(layout, new, damaged) if old and old.id == new.id else []
    return Plan(old, new, units, repairs, notes(layout, new, units, {**states, **_load_states(masked)}))


def _confirmed(layout: Layout, store: GenerationStore) -> Generation | None:
    """What the host boots. Raises HostError with the one command that mends when it cannot be read."""
    try:
        return store.confirmed()
    except HostError as error:
        raise HostError(error.where, error.what, way_back(layout, store)) from None


def _load_states(masked: Mapping[str, systemd.Properties]) -> dict[str, str]:
    return {name: shown.get("LoadState", "") for name, shown in masked.items()}


def _suspects(layout: Layout, old: Generation, damaged: list[str]) -> set[str]:
    """Units that run something else than the confirmed generation says, although the wanted one may say the same."""
    return tainted(layout, old, damaged) | set(stale(layout, old))


def unit_changes(
    old: Generation | None, new: Generation, running: set[str], suspects: Collection[str] = ()
) -> UnitChanges:
    """Which units are new, changed (or not in their state, or ``suspects``), and gone."""
    before = old.live if old else {}
    both = sorted(set(before) & set(new.live))
    lively = [name for name in both if new.live[name].runs or (name in running and not new.live[name].rests)]
    differing = [name for name in lively if old and old.fingerprint(name) != new.fingerprint(name)]
    reloaded = [name for name in differing if old and name in running and _reloads(old, new, name)]
    changed = {name for name in both if name in running and new.live[name].rests}
    changed |= {name for name in both if name not in running and new.live[name].runs}
    changed |= set(differing) - set(reloaded)
    changed |= set(suspects) & set(lively)
    changed |= new.dependents(changed) & set(lively)
    return UnitChanges(
        added=sorted(set(new.live) - set(before)),
        changed=sorted(changed),
        removed=sorted(set(before) - set(new.live)),
        reloaded=sorted(set(reloaded) - changed),
        masked=sorted(name for name in new.masks if name in running),
        refreshed=_refreshed(old, new),
    )


def _reloads(old: Generation, new: Generation, name: str) -> bool:
    """Only its config files differ, and it can read them again."""
    both_can = old.live[name].reloads and new.live[name].reloads
    return both_can and old.fingerprint(name, "files") == new.fingerprint(name, "files")


def _refreshed(old: Generation | None, new: Generation) -> list[str]:
    """Units of others over which settings changed that say so; those taken away count by what they said."""
    before = old.drop_ins if old else {}
    return sorted(
        name
        for name in {*before, *new.drop_ins}
        if (new.drop_ins.get(name) or before[name]).restart
        and getattr(before.get(name), "text", None) != getattr(new.drop_ins.get(name), "text", None)
    )


def _repairs(layout: Layout, generation: Generation, damaged: list[str]) -> list[str]:
    folder, names = layout.generation(generation.id), credential_names(generation)
    shut = ciphertext.shut(folder, names, layout.host_key)
    spoilt = [f"{name} is damaged" for name in damaged] + [f"{name} does not open on this host" for name in shut]
    replaced = unit_link.replaced(layout, generation)
    unlinked = [
        f"{link} is a file in the place of our link; it is kept in {layout.replaced}"
        if link in replaced
        else f"{link} is not our link"
        for link in unit_link.missing(unit_link.stubs(layout, generation))
    ]
    left = [*unit_link.leftovers(layout, generation), *unit_link.on_trial(layout)]
    forgotten = [f"{link} is left over" for link in left]
    looks = (file_drift.modes, file_drift.accounts)
    astray = [f"{one.subject} is {one.found}, not {one.expected}" for look in looks for one in look(layout, generation)]
    return sorted(spoilt + unlinked + forgotten + astray)


def _lines(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)
