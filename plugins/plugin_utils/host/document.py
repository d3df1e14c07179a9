# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the topology says about one host, as plain data with refs only."""

from __future__ import annotations

import json
from typing import NotRequired, TypedDict

from ..topology.model.runtime_asset import LxcAsset
from ..topology.model.service import ConfigFile, Health, Service

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


class HealthDocument(TypedDict):
    """Where a service answers, with which status, within how many seconds."""

    url: str
    status: int
    within_seconds: int


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


class HostDocument(TypedDict):
    """What a host should be; the input of one generation."""

    asset: str
    activation: ActivationDocument
    services: dict[str, ServiceDocument]


def host_document(asset_id: str, asset: LxcAsset) -> HostDocument:
    """The document of an LXC asset, services sorted by name."""
    return HostDocument(
        asset=asset_id,
        activation=ActivationDocument(
            window_seconds=asset.activation.window_seconds, soak_seconds=asset.activation.soak_seconds
        ),
        services={name: _service(name, asset.services[name]) for name in sorted(asset.services)},
    )


def document_text(document: HostDocument) -> str:
    """``document`` as one line of JSON."""
    return _COMPACT.encode(document)


def _service(name: str, service: Service) -> ServiceDocument:
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
        document["health"] = _health(service.health)
    if service.after:
        document["after"] = sorted(service.after)
    return document


def _directories(service: Service) -> list[DirectoryDocument]:
    return [DirectoryDocument(path=path, mode=entry.mode) for path, entry in sorted(service.directories.items())]


def _health(health: Health) -> HealthDocument:
    return HealthDocument(url=health.http, status=health.status, within_seconds=health.within_seconds)


def _json_text(config: ConfigFile) -> str:
    return json.dumps(config.content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
