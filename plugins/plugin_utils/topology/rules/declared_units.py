# SPDX-License-Identifier: GPL-3.0-or-later
"""Every unit that a topology declares, by what it is called on its host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model.runtime_asset import LxcAsset
from ..model.topology import Topology
from ..model.triggers import Trigger
from ..model.unit import Section, Unit
from ..position import Path
from .assets import lxc_assets

#: Where units of a kind are declared, and the section of the kind; a target has none.
SECTIONS = {"sockets": "Socket", "timers": "Timer", "paths": "Path", "targets": None, "slices": "Slice"}
#: A directive and its texts, one for each time it is written.
Settings = Mapping[Section, Mapping[str, str | list[str]]]


@dataclass(frozen=True, slots=True)
class DeclaredUnit:
    """A unit of ours."""

    path: Path
    kind: str
    """Ending of its name."""
    unit: Unit

    @property
    def name(self) -> str:
        """As systemd knows it; that of the template when it has instances."""
        is_template = getattr(self.unit, "instances", None) is not None
        return f"{self.path[-1]}{'@' if is_template else ''}.{self.kind}"


def declared_units(topology: Topology) -> Iterator[DeclaredUnit]:
    """Every unit of ours on every host, but for services that say nothing but the usual."""
    for path, service in topology.detailed_services:
        yield DeclaredUnit(path, "service", service)
    yield from host_units(topology)


def host_units(topology: Topology) -> Iterator[DeclaredUnit]:
    """Every unit of ours that is no service."""
    for asset_id, asset in lxc_assets(topology):
        yield from _host_units(asset_id, asset) if asset.units is not None else ()


def units_of(asset_id: str, asset: LxcAsset) -> Iterator[DeclaredUnit]:
    """Every unit of ours on one host."""
    for name, service in asset.services.items():
        yield DeclaredUnit(("runtime_assets", asset_id, "services", name), "service", service)
    yield from _host_units(asset_id, asset)


def _host_units(asset_id: str, asset: LxcAsset) -> Iterator[DeclaredUnit]:
    where: Path = ("runtime_assets", asset_id)
    for group in SECTIONS if asset.units is not None else ():
        for name, unit in getattr(asset.units, group).items():
            yield DeclaredUnit((*where, "units", group, name), group.removesuffix("s"), unit)


def triggers(topology: Topology) -> Iterator[tuple[LxcAsset, DeclaredUnit, Trigger]]:
    """Every socket, timer and path, with its host."""
    for asset_id, asset in lxc_assets(topology):
        for declared in _host_units(asset_id, asset) if asset.units is not None else ():
            if isinstance(declared.unit, Trigger):
                yield asset, declared, declared.unit


def directives(topology: Topology) -> Iterator[tuple[Path, str | None, Settings]]:
    """All directives with their path and the section they may have beside ``[Unit]``, drop-ins included."""
    for declared in declared_units(topology):
        if declared.unit.directives:
            section = SECTIONS.get(f"{declared.kind}s", "Service")
            yield (*declared.path, "directives"), section, declared.unit.directives
    for asset_id, asset in lxc_assets(topology):
        for name, drop_in in asset.units.drop_ins.items() if asset.units is not None else ():
            section = name.rpartition(".")[2].title()
            path: Path = ("runtime_assets", asset_id, "units", "drop_ins", name, "directives")
            yield path, None if section in ("Target", "Device") else section, drop_in.directives


def texts(path: Path, settings: Settings) -> Iterator[tuple[Path, str, str]]:
    """Path, directive and text of everything written."""
    for section, values in settings.items():
        for name, value in values.items():
            where = (*path, section, name)
            if isinstance(value, str):
                yield where, name, value
            else:
                yield from (((*where, number), name, item) for number, item in enumerate(value))
