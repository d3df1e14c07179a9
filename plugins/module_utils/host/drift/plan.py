# SPDX-License-Identifier: GPL-3.0-or-later
"""What a run would do to a host, made by looking only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from ..generation import Generation, file_name
from ..layout import Layout
from ..store import unit_link
from ..store.store import GenerationStore
from ..systemd import systemd
from ..transaction.transaction import UnitChanges
from . import file_drift
from .stale import stale
from .tainted import tainted

Diff = dict[str, str]
UP = ("active", "reloading")


@dataclass(frozen=True)
class Plan:
    """From the confirmed generation and the state of the host to the wanted generation."""

    old: Generation | None
    new: Generation
    units: UnitChanges
    repairs: list[str]
    """What is not as the generation says, although its content is the same."""

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
            "units": vars(self.units),
            "repairs": self.repairs,
            "diff": self.diffs(),
        }

    def diffs(self) -> list[Diff]:
        """One before/after pair per unit, refs in place of secrets, and one for what differs on the host."""
        units = self.units
        names = {file_name(name) for name in [*units.added, *units.changed, *units.removed, *units.reloaded]}
        diffs = [_unit_diff(name, self.old, self.new) for name in sorted(names)]
        if _others(self.old) != _others(self.new):
            diffs.append(_others_diff(self.old, self.new))
        diffs += [_users_diff(self.old, self.new)] if _users(self.old) != _users(self.new) else []
        if self.repairs:
            diffs.append({"before_header": "host", "after_header": "host", "before": _lines(self.repairs), "after": ""})
        return [diff for diff in diffs if diff["before"] != diff["after"]]


def make_plan(layout: Layout, new: Generation) -> Plan:
    """Compare ``new`` with the confirmed generation, and that with the host."""
    store = GenerationStore(layout)
    # A confirmed generation whose manifest is damaged is known all the same when it is the wanted one: same id.
    old = new if store.confirmed_id() == new.id else store.confirmed()
    ours = {*new.live, *(old.live if old else ())}
    masked = set(new.masks).difference(old.masks if old else ())
    active = systemd.show(masked, ["ActiveState"])  # a mask may name a unit by its alias
    running = systemd.running(ours) | {name for name, shown in active.items() if shown.get("ActiveState") in UP}
    damaged = store.damaged(old) if old else []
    units = unit_changes(old, new, running, _suspects(layout, old, damaged) if old else ())
    repairs = _repairs(layout, new, damaged) if old and old.id == new.id else []
    return Plan(old, new, units, repairs)


def _suspects(layout: Layout, old: Generation, damaged: list[str]) -> set[str]:
    """Units that run something else than the confirmed generation says, although the wanted one may say the same."""
    return tainted(layout.generation(old.id), old, damaged) | set(stale(layout, old, damaged))


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
        masked=sorted(name for name in new.masks if name in running and not (old and name in old.masks)),
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
    spoilt = [f"{name} is damaged" for name in damaged]
    unlinked = [f"{link} is not our link" for link in unit_link.missing(unit_link.stubs(layout, generation))]
    forgotten = [f"{link} is left over" for link in unit_link.leftovers(layout, generation)]
    looks = (file_drift.modes, file_drift.accounts)
    astray = [f"{one.subject} is {one.found}, not {one.expected}" for look in looks for one in look(layout, generation)]
    return sorted(spoilt + unlinked + forgotten + astray)


def _unit_diff(name: str, old: Generation | None, new: Generation) -> Diff:
    return {
        "before_header": "{} (generation {})".format(name, old.id if old else "none"),
        "after_header": f"{name} (generation {new.id})",
        "before": describe(old, name),
        "after": describe(new, name),
    }


def describe(generation: Generation | None, name: str) -> str:
    """A unit with all it needs as one readable text; empty when the generation lacks it."""
    if generation is None or name not in generation.units:
        return ""
    unit = generation.units[name]
    parts = [unit.text, unit.dropin]
    parts += [f"# file {inner}\n{text}" for inner, text in sorted(unit.files.items())]
    parts += [f"# credential {inner} = {ref}\n" for inner, ref in sorted(unit.credentials.items())]
    parts += [f"# instance {instance}\n" for instance in unit.instances or ()]
    parts.append(f"# state {unit.state}\n")
    return "".join(part if part.endswith("\n") else part + "\n" for part in parts).replace("\x1a", "@")


def _others(generation: Generation | None) -> str:
    if generation is None:
        return ""
    drop_ins = (f"# over {name}\n{drop_in.text}" for name, drop_in in sorted(generation.drop_ins.items()))
    return "".join([*drop_ins, *(f"# mask {name}\n" for name in sorted(generation.masks))])


def _others_diff(old: Generation | None, new: Generation) -> Diff:
    header = "units of others"
    return {"before_header": header, "after_header": header, "before": _others(old), "after": _others(new)}


def _users(generation: Generation | None) -> str:
    return generation.document["sysusers"] + generation.document["tmpfiles"] if generation else ""


def _users_diff(old: Generation | None, new: Generation) -> Diff:
    header = "users and directories"
    return {"before_header": header, "after_header": header, "before": _users(old), "after": _users(new)}


def _lines(lines: list[str]) -> str:
    return "".join(line + "\n" for line in lines)
