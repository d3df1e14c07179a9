# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of a host beside its services, as plain data: what they say, and what must be true of them."""

from __future__ import annotations

from typing import NotRequired, TypedDict

from ..topology.model.host_units import DropIn, HostUnits, Slice
from ..topology.model.runtime_asset import LxcAsset
from ..topology.model.triggers import Trigger
from ..topology.model.unit import Unit
from .effective_property import effective_properties
from .unit_settings import Sections, directive_sections, limits, order, started_unit, trigger_settings
from .unit_text import value

#: Kinds in the order of the topology, with the section of each and the target that wants it.
KINDS = {
    "sockets": ("socket", "Socket", "sockets.target"),
    "timers": ("timer", "Timer", "timers.target"),
    "paths": ("path", "Path", "paths.target"),
    "targets": ("target", None, "multi-user.target"),
    "slices": ("slice", "Slice", None),
}


class HostUnitDocument(TypedDict):
    """A unit of ours that is no service."""

    sections: Sections
    state: str
    wanted_by: list[str]
    properties: dict[str, str]
    instances: NotRequired[list[str]]
    depends_on: NotRequired[list[str]]


class DropInDocument(TypedDict):
    """Settings over a unit of somebody else."""

    sections: Sections
    properties: dict[str, str]
    restart: bool


def host_units(units: HostUnits) -> dict[str, HostUnitDocument]:
    """Every unit that is no service, by its full name; a template by that of the template."""
    found: dict[str, HostUnitDocument] = {}
    for group, (kind, section, target) in KINDS.items():
        for name, unit in sorted(getattr(units, group).items()):
            found[unit_name(name, kind, unit)] = _unit(name, section, target, unit)
    return found


def drop_ins(units: HostUnits) -> dict[str, DropInDocument]:
    """Settings over units of others, by name."""
    return {name: _drop_in(units.drop_ins[name]) for name in sorted(units.drop_ins)}


def unit_name(name: str, kind: str, unit: Unit) -> str:
    """As systemd knows it."""
    return f"{name}{'' if getattr(unit, 'instances', None) is None else '@'}.{kind}"


def depends_on(unit: Unit) -> list[str]:
    """Units with which systemd restarts this one."""
    return sorted({*(unit.requires or ()), *(unit.binds_to or ()), *(unit.part_of or ())})


def sockets_of(asset: LxcAsset) -> dict[str, list[str]]:
    """Service → sockets that start it: a socket cannot be restarted while its service holds it."""
    found: dict[str, list[str]] = {}
    for name, socket in sorted(asset.units.sockets.items()) if asset.units else ():
        started = started_unit(name, socket)
        if started is not None:
            found.setdefault(started, []).append(unit_name(name, "socket", socket))
    return found


def _unit(name: str, section: str | None, target: str | None, unit: Unit) -> HostUnitDocument:
    own = trigger_settings(name, unit) if isinstance(unit, Trigger) else []
    own += limits(unit.limits) if isinstance(unit, Slice) else []
    written = directive_sections(unit.directives)
    after = [("After", " ".join(map(value, sorted(unit.after))))] if unit.after else []
    sections: Sections = {
        "Unit": [("Description", value(unit.description or name)), *after, *order(unit), *written.get("Unit", [])]
    }
    if section:
        sections[section] = own + written.get(section, [])
    wanted_by = unit.wanted_by if unit.wanted_by is not None else [target] if target else []
    document = HostUnitDocument(
        sections=sections,
        state=getattr(unit, "state", "on-demand"),
        wanted_by=sorted(wanted_by),
        properties=effective_properties(limits(unit.limits)) if isinstance(unit, Slice) else {},
    )
    instances = getattr(unit, "instances", None)
    if instances is not None:
        document["instances"] = sorted(instances)
    if depends_on(unit):
        document["depends_on"] = depends_on(unit)
    return document


def _drop_in(drop_in: DropIn) -> DropInDocument:
    sections = directive_sections(drop_in.directives)
    lines = [line for settings in sections.values() for line in settings]
    return DropInDocument(sections=sections, properties=effective_properties(lines), restart=drop_in.restart)
