# SPDX-License-Identifier: GPL-3.0-or-later
"""What consumers of shared services get."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..model.topology import Topology
from .finding import Finding

_DEPENDENCIES = "runtime_dependencies"


def temporal_is_dialled_at_its_executor_url(topology: Topology) -> Iterator[Finding]:
    """Workers dial Temporal at host and port of its executor URL."""
    temporal = topology.runtime_dependencies.temporal
    asset = topology.runtime_assets.get(temporal.asset) if temporal else None
    if temporal is None or asset is None or asset.endpoints.executor_url is None:
        return
    url = ("runtime_assets", temporal.asset, "endpoints", "executor_url")
    address = urlsplit(asset.endpoints.executor_url).netloc
    yield Finding(
        (_DEPENDENCIES, "temporal", "derived", "ADDRESS"), address, ((_DEPENDENCIES, "temporal", "asset"), url)
    )


def daytona_is_selected_as_a_runtime_asset(topology: Topology) -> Iterator[Finding]:
    """Daytona is selected by id and role of its asset, never by where it runs."""
    daytona = topology.runtime_dependencies.daytona
    asset = topology.runtime_assets.get(daytona.asset) if daytona else None
    if daytona is None or asset is None:
        return
    path, named = (_DEPENDENCIES, "daytona", "derived"), (_DEPENDENCIES, "daytona", "asset")
    yield Finding((*path, "RUNTIME_ASSET_ID"), daytona.asset, (named,))
    yield Finding((*path, "RUNTIME_ASSET_ROLE"), asset.role, (named, ("runtime_assets", daytona.asset, "role")))


def langboard_is_reached_as_its_dependency_says(topology: Topology) -> Iterator[Finding]:
    """Machines reach Langboard at the executor URL of its asset, with the declared Host header and TLS check."""
    langboard = topology.runtime_dependencies.langboard
    asset = topology.runtime_assets.get(langboard.asset) if langboard else None
    if langboard is None or asset is None or asset.endpoints.executor_url is None:
        return
    path, here = (_DEPENDENCIES, "langboard", "derived"), (_DEPENDENCIES, "langboard")
    url = ("runtime_assets", langboard.asset, "endpoints", "executor_url")
    yield Finding((*path, "EXECUTOR_URL"), asset.endpoints.executor_url, ((*here, "asset"), url))
    yield Finding((*path, "VERIFY_TLS"), langboard.verify_tls, ((*here, "verify_tls"),))
    if langboard.host_header is not None:
        yield Finding((*path, "HOST_HEADER"), langboard.host_header, ((*here, "host_header"),))
