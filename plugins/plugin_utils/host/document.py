# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the topology says about one host, as plain data with refs only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict

from ..topology.model.host_units import HostUnits
from ..topology.model.runtime_asset import LxcAsset, NotInForce
from ..topology.model.service import ConfigFile, Service
from .effective_property import effective_properties
from .health import HealthDocument, health_document
from .host_unit import DropInDocument, HostUnitDocument, depends_on, drop_ins, host_units, sockets_of, unit_name
from .unit_settings import Setting, directive_lines, limits, order, service_settings

#: Made once: ``json.dumps`` would make one for each host.
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class ActivationDocument(TypedDict):
    """Seconds an activation may take, and seconds its units must stay up."""

    window_seconds: int
    soak_seconds: int


class DirectoryDocument(TypedDict):
    """A directory a service may write to."""

    path: str
    mode: str


class ServiceDocument(TypedDict):
    """One service; placeholders of ``exec`` are still in place.

    What a service does not have is absent, not null: an inventory holds one of these for every service there is.
    """

    description: str
    user: str
    exec: list[str]
    hardening: str
    state: str
    release: NotRequired[str]
    """Folder of the release."""
    release_id: NotRequired[str]
    config: NotRequired[str]
    """The bytes of the config file as text."""
    credentials: NotRequired[dict[str, str]]
    """Name → ref."""
    directories: NotRequired[list[DirectoryDocument]]
    health: NotRequired[HealthDocument]
    after: NotRequired[list[str]]
    type: NotRequired[str]
    restart: NotRequired[str]
    restart_seconds: NotRequired[int]
    stop_seconds: NotRequired[int]
    instances: NotRequired[list[str]]
    """Makes it a template."""
    commands: NotRequired[dict[str, list[list[str]]]]
    """Directive → commands beside ``exec``, placeholders still in place."""
    environment: NotRequired[dict[str, str]]
    unit_settings: NotRequired[list[Setting]]
    """Further lines of ``[Unit]``, literal."""
    service_settings: NotRequired[list[Setting]]
    """Further lines of ``[Service]``, literal."""
    overrides: NotRequired[list[Setting]]
    """Lines of the drop-in: limits and directives, which win over those of the hardening profile."""
    properties: NotRequired[dict[str, str]]
    """What must be true of it beside its hardening."""
    wanted_by: NotRequired[list[str]]
    depends_on: NotRequired[list[str]]
    group: NotRequired[str]
    groups: NotRequired[list[str]]
    """Every group beside that of the user."""


class OriginDocument(TypedDict):
    """The topology it was made from."""

    source: str
    """Absolute path of its file or folder."""
    files: dict[str, str]
    """What each of its files was like."""


class HostDocument(TypedDict):
    """What a host should be; the input of one generation.

    Where it is from, and where its secrets and releases are, is for tasks on the controller, no part of a generation.
    Each document says that, and no group: AWX keeps a host that has left the topology in groups whose variables it
    updates, and leaves other hosts out of a slice. Besides, ``ansible-inventory --list`` pays for each variable, and
    hardly for a longer text.
    """

    asset: str
    activation: ActivationDocument
    services: dict[str, ServiceDocument]
    units: NotRequired[dict[str, HostUnitDocument]]
    """By full name."""
    drop_ins: NotRequired[dict[str, DropInDocument]]
    masks: NotRequired[list[str]]
    accepted: NotRequired[dict[str, str]]
    """Directive that need not be in force → the last day of that, as YYYY-MM-DD."""
    topology: NotRequired[OriginDocument]
    openbao: NotRequired[dict[str, Any]]
    """Where the refs are read, as ``openbao`` of the topology says."""
    releases: NotRequired[list[Mapping[str, object]]]
    """Sources of the releases that its services name."""


def host_document(asset_id: str, asset: LxcAsset) -> HostDocument:
    """The document of an LXC asset, services sorted by name."""
    sockets = sockets_of(asset)
    document = HostDocument(
        asset=asset_id,
        activation=ActivationDocument(
            window_seconds=asset.activation.window_seconds, soak_seconds=asset.activation.soak_seconds
        ),
        services={name: _service(name, asset.services[name], sockets) for name in sorted(asset.services)},
    )
    if asset.units is not None:
        _add_units(document, asset.units)
    if asset.accept_not_in_force:
        document["accepted"] = _accepted(asset.accept_not_in_force)
    return document


def document_text(document: HostDocument) -> str:
    """``document`` as one line of JSON."""
    return _COMPACT.encode(document)


def _add_units(document: HostDocument, units: HostUnits) -> None:
    if found := host_units(units):
        document["units"] = found
    if units.drop_ins:
        document["drop_ins"] = drop_ins(units)
    if units.masks:
        document["masks"] = sorted(units.masks)


def _accepted(given: Iterable[NotInForce]) -> dict[str, str]:
    """Of a directive that is named twice the later day."""
    days = sorted((one.expires, name) for one in given for name in one.directives)
    return {name: day for day, name in days}


def _service(name: str, service: Service, sockets: Mapping[str, list[str]]) -> ServiceDocument:
    document = ServiceDocument(
        description=service.description or name,
        user=service.user,
        exec=list(service.exec),
        hardening=service.hardening,
        state=service.state,
    )
    if service.release:
        document["release"] = f"/opt/{service.release.app}/releases/{service.release.id}"
        document["release_id"] = service.release.id
    if service.config:
        document["config"] = _json_text(service.config)
    if service.credentials:
        document["credentials"] = dict(sorted(service.credentials.items()))
    if service.directories:
        document["directories"] = _directories(service)
    if service.health:
        document["health"] = health_document(service.health)
    if service.after:
        document["after"] = sorted(service.after)
    if service.is_detailed or sockets:
        _add_details(document, service, sockets.get(unit_name(name, "service", service), []))
    return document


def _add_details(document: ServiceDocument, service: Service, sockets: list[str]) -> None:
    """What few services say."""
    written = {section: directive_lines(lines) for section, lines in (service.directives or {}).items()}
    overrides = [*limits(service.limits), *written.get("Service", [])]
    details = {
        "type": service.type if service.type != "exec" else None,
        "restart": service.restart if service.restart != "on-failure" else None,
        "restart_seconds": service.restart_seconds if service.restart_seconds != 1 else None,
        "stop_seconds": service.stop_seconds if service.stop_seconds != 10 else None,
        "instances": None if service.instances is None else sorted(service.instances),
        "commands": _commands(service) or None,
        "environment": dict(sorted((service.environment or {}).items())) or None,
        "unit_settings": [*order(service), *written.get("Unit", [])] or None,
        "service_settings": service_settings(service) or None,
        "overrides": overrides or None,
        "properties": effective_properties([*service_settings(service), *overrides]) or None,
        "wanted_by": None if service.wanted_by is None else sorted(service.wanted_by),
        "depends_on": sorted({*depends_on(service), *sockets}) or None,
        "group": service.group,
        "groups": sorted({*filter(None, [service.group]), *(service.supplementary_groups or ())} - {service.user})
        or None,
    }
    document.update({key: detail for key, detail in details.items() if detail is not None})  # type: ignore[typeddict-item]


def _commands(service: Service) -> dict[str, list[list[str]]]:
    given = {
        "ExecStartPre": service.exec_before or [],
        "ExecStartPost": service.exec_after or [],
        "ExecReload": [service.reload] if service.reload else [],
        "ExecStop": [service.stop] if service.stop else [],
        "ExecStopPost": service.stop_after or [],
    }
    return {directive: [list(command) for command in commands] for directive, commands in given.items() if commands}


def _directories(service: Service) -> list[DirectoryDocument]:
    return [DirectoryDocument(path=path, mode=entry.mode) for path, entry in sorted(service.directories.items())]


def _json_text(config: ConfigFile) -> str:
    return json.dumps(config.content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
