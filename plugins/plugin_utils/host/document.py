# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything the topology says about one host, as plain data with refs only."""

from __future__ import annotations

import json
from typing import TypedDict

from ..topology.model.runtime_asset import LxcAsset
from ..topology.model.service import Service
from ..topology.model.topology import Topology


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
    """One service; placeholders of ``exec`` are still in place."""

    description: str
    user: str
    release: str | None
    """Folder of the release."""
    release_id: str | None
    exec: list[str]
    config: str | None
    """The bytes of the config file as text."""
    credentials: dict[str, str]
    """Name → ref."""
    directories: list[DirectoryDocument]
    health: HealthDocument | None
    hardening: str
    after: list[str]
    state: str


class HostDocument(TypedDict):
    """What a host should be; the input of one generation."""

    asset: str
    activation: ActivationDocument
    services: dict[str, ServiceDocument]


def host_document(topology: Topology, asset_id: str) -> HostDocument:
    """The document of the LXC asset ``asset_id``, services sorted by name."""
    asset = topology.runtime_assets[asset_id]
    if not isinstance(asset, LxcAsset):
        raise TypeError(f"{asset_id} is not bound to LXC")
    return HostDocument(
        asset=asset_id,
        activation=ActivationDocument(
            window_seconds=asset.activation.window_seconds, soak_seconds=asset.activation.soak_seconds
        ),
        services={name: _service(name, asset.services[name]) for name in sorted(asset.services)},
    )


def _service(name: str, service: Service) -> ServiceDocument:
    release, health = service.release, service.health
    return ServiceDocument(
        description=service.description or name,
        user=service.user,
        release=f"/opt/{release.app}/releases/{release.id}" if release else None,
        release_id=release.id if release else None,
        exec=list(service.exec),
        config=_json_text(service) if service.config else None,
        credentials=dict(sorted(service.credentials.items())),
        directories=[
            DirectoryDocument(path=path, mode=entry.mode) for path, entry in sorted(service.directories.items())
        ],
        health=HealthDocument(url=health.http, status=health.status, within_seconds=health.within_seconds)
        if health
        else None,
        hardening=service.hardening,
        after=sorted(service.after),
        state=service.state,
    )


def _json_text(service: Service) -> str:
    content = service.config.content if service.config else {}
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
