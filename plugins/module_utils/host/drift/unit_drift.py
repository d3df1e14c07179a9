# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd runs, against what a generation says."""

from __future__ import annotations

import os.path
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..generation import Generation, file_name
from ..layout import DROPIN_NAME, Layout
from ..proof import in_force
from ..store import unit_link
from ..systemd import systemd
from .finding import CONTAINER, INSTALL, INSTEAD, RELOAD, REMOVE, RESTART, Finding, Kind
from .stale import stale

#: Transient units of an activation and of checks of health; they go by themselves.
PASSING = ("fractalops-activation-", "fractalops-guard-", "fractalops-health-")
_FACTS = (*in_force.FACTS, "SubState", "Result", "FragmentPath", "DropInPaths", "LoadState")
#: Folders that systemd reads before /etc/systemd/system, and that people write to; see systemd.unit(5).
_WINNING = ("/etc/systemd/system.control", "/run/systemd/system.control")

Shown = Mapping[str, systemd.Properties]


def shown(generation: Generation) -> Shown:
    """All that is compared here, from one call."""
    declared = {key for unit in generation.live.values() for key in unit.properties}
    declared |= {key for drop_in in generation.drop_ins.values() for key in drop_in.properties}
    foreign = [name for name in [*generation.drop_ins, *generation.masks] if "@." not in name]
    return systemd.show({*generation.live, *foreign}, {*_FACTS, *declared})


def states(generation: Generation, units: Shown) -> Iterator[Finding]:
    """Units that should be up and are not, and the other way round."""
    for name, unit in sorted(generation.live.items()):
        state = units[name].get("ActiveState", "")
        if (unit.runs and state not in systemd.UP) or (unit.rests and state in systemd.UP):
            facts = ", ".join(filter(None, (units[name].get("SubState"), units[name].get("Result"))))
            yield Finding(Kind.STATE, name, "active" if unit.runs else "inactive", f"{state} ({facts})")


def properties(generation: Generation, units: Shown) -> Iterator[Finding]:
    """Effective properties of running units; values are compared as sets of words."""
    for name, unit in sorted(generation.live.items()):
        for key, value in sorted(unit.properties.items()):
            found = units[name].get(key, "")
            is_up = not unit.runs or units[name].get("ActiveState") in systemd.UP
            if unit.applies and is_up and set(found.split()) != set(value.split()):
                yield Finding(Kind.PROPERTY, f"{name} {key}", value, found, RESTART.format(name))


def processes(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """Units that were started from something else than what is there now."""
    for name, path in sorted(stale(layout, generation).items()):
        yield Finding(Kind.PROCESS, name, "started from what is there now", f"started before {path} was changed last")


def not_in_force(layout: Layout, generation: Generation, units: Shown) -> Iterator[Finding]:
    """What systemd shows as declared, and the kernel does not do to what runs."""
    for gap in in_force.gaps(layout, generation, units):
        subject, declared = f"{gap.unit} {gap.directive}", gap.declared or "none"
        yield Finding(Kind.NOT_IN_FORCE, subject, declared, gap.why, CONTAINER.format(gap.unit))


def sources(layout: Layout, generation: Generation, units: Shown) -> Iterator[Finding]:
    """A unit that systemd reads from somewhere else than our link, and a drop-in of ours that it does not read."""
    for name, unit in sorted(generation.live.items()):
        file = file_name(name)
        stub, dropin = str(layout.unit_stubs / file), str(layout.unit_stubs / (file + ".d") / DROPIN_NAME)
        fragment, dropins = units[name].get("FragmentPath") or None, units[name].get("DropInPaths", "").split()
        if fragment != stub:
            mender = INSTEAD.format(fragment, name) if _is_in_the_way(fragment) else RESTART.format(name)
            yield Finding(Kind.UNIT_FILE, f"{name} is read from", stub, fragment, mender)
        elif unit.dropin and dropin not in dropins:
            yield Finding(Kind.DROPIN, f"{name} is read with", dropin, None, RESTART.format(name))


def _is_in_the_way(fragment: str | None) -> bool:
    """Somebody's file or mask wins over our link: while it is there, a restart starts it, or is refused."""
    if fragment is None or os.path.dirname(fragment) not in _WINNING:
        return False
    return os.path.lexists(fragment) and not unit_link.is_ours(Path(fragment))


def others(layout: Layout, generation: Generation, units: Shown) -> Iterator[Finding]:
    """What we say about units of others, against what holds for them."""
    for name in sorted(set(generation.drop_ins) & set(units)):
        yield from _laid_over(layout, generation, name, units[name])
    for name in sorted(set(generation.masks) & set(units)):
        state, load = units[name].get("ActiveState", ""), units[name].get("LoadState", "")
        if load != "masked" or state in systemd.UP:
            mender = None if state in systemd.UP else RELOAD
            yield Finding(Kind.STATE, name, "masked", f"{load} ({state})", mender)


def _laid_over(layout: Layout, generation: Generation, name: str, found: systemd.Properties) -> Iterator[Finding]:
    """Without the unit every run is refused, so that is the one thing to say."""
    dropin = str(layout.unit_stubs / (name + ".d") / DROPIN_NAME)
    if found.get("LoadState") == "not-found":
        yield Finding(Kind.DROPIN, f"{name} is read with", dropin, "no such unit on this host", INSTALL)
    elif dropin not in found.get("DropInPaths", "").split():
        yield Finding(Kind.DROPIN, f"{name} is read with", dropin, None, RESTART.format(name))
    else:
        for key, value in sorted(generation.drop_ins[name].properties.items()):
            if set(found.get(key, "").split()) != set(value.split()):
                yield Finding(Kind.PROPERTY, f"{name} {key}", value, found.get(key, ""), RESTART.format(name))


def loaded_credentials(layout: Layout, generation: Generation, units: Shown) -> Iterator[Finding]:
    """Credentials that a running unit was not given; systemd 252 shows the property as ``[unprintable]``."""
    for name, unit in sorted(generation.live.items()):
        for credential, ref in sorted(unit.credentials.items()):
            is_loaded = (layout.loaded_credentials / name / credential).is_file()
            if unit.runs and units[name].get("ActiveState") in systemd.UP and not is_loaded:
                told = "not loaded by the running unit"
                yield Finding(Kind.CREDENTIAL, f"{name} {credential}", ref, told, RESTART.format(name))


def unknown_units(generation: Generation | None) -> Iterator[Finding]:
    """Units that systemd has loaded in our namespace and no generation of ours has, such as one started by hand."""
    known = {**generation.units, **generation.live} if generation else {}
    listed = systemd.systemctl("list-units", "--all", "--full", "--plain", "--no-legend", "fractalops-*")
    for line in listed.splitlines():
        name, loaded, active = line.split()[:3]
        if _family(name) not in known and loaded != "not-found" and not name.startswith(PASSING):
            yield Finding(Kind.UNKNOWN_UNIT, name, None, active, REMOVE)


def _family(name: str) -> str:
    """A unit, or the template an instance was made from."""
    stem, suffix = os.path.splitext(name)
    return f"{stem.partition('@')[0]}@{suffix}" if "@" in stem and not stem.endswith("@") else name


def foreign_dropins(generation: Generation, units: Shown) -> list[str]:
    """Drop-ins that administrators laid over our units. They are kept: what they break shows as a property."""
    paths = {path for name in generation.live for path in units[name].get("DropInPaths", "").split()}
    return sorted(
        path
        for path in paths
        if os.path.basename(path) != DROPIN_NAME and os.path.basename(os.path.dirname(path)) != "service.d"
    )
