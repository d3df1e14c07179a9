# SPDX-License-Identifier: GPL-3.0-or-later
"""Where each asset is asked for its health, and by which contract."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..topology.model.runtime_asset import ExternalAsset, LxcAsset, RuntimeAsset
from ..topology.model.topology import Topology
from ..topology.rules.shared import shared_assets

#: Something answers; a server that wants a login or knows no such path works.
ANSWERS = range(200, 500)
#: What a URL that was declared for health must say.
SUCCEEDS = range(200, 300)


@dataclass(frozen=True)
class Endpoint:
    """One URL of one asset. ``url`` is None when there is nothing to ask, and ``why_not`` says why."""

    asset: str
    role: str
    is_shared: bool
    url: str | None = None
    why_not: str | None = None
    wanted: range = ANSWERS
    host_header: str | None = None
    verify_tls: bool = True


def endpoints(topology: Topology) -> tuple[Endpoint, ...]:
    """One for each asset, sorted by id; a host without an executor URL is left out, as its units are asked on it.

    The controller is a machine outside every cluster: it uses executor URLs, and no other stands in for a missing one.
    """
    shared = {asset_id for asset_id, _path in shared_assets(topology)}
    return tuple(
        endpoint
        for asset_id, asset in sorted(topology.runtime_assets.items())
        for endpoint in _endpoints(topology, asset_id, asset, asset_id in shared)
    )


def _endpoints(topology: Topology, asset_id: str, asset: RuntimeAsset, is_shared: bool) -> Iterator[Endpoint]:  # noqa: FBT001
    named, dependencies = Endpoint(asset_id, asset.role, is_shared), topology.runtime_dependencies
    url = asset.endpoints.executor_url
    if dependencies.langboard and dependencies.langboard.asset == asset_id:
        board = dependencies.langboard
        named = replace(named, host_header=board.host_header, verify_tls=board.verify_tls)
    if isinstance(asset, ExternalAsset):
        yield _integration(replace(named, is_shared=True), asset)
    elif dependencies.temporal and dependencies.temporal.asset == asset_id:
        yield replace(named, why_not="its executor URL speaks gRPC and not HTTP")
    elif url is not None:
        yield replace(named, url=url)
    elif not isinstance(asset, LxcAsset):
        yield replace(named, why_not="it has no executor URL; its cluster watches it")


def _integration(named: Endpoint, asset: ExternalAsset) -> Endpoint:
    """Asked at its health URL only; a Host header belongs to the executor URL."""
    if asset.health is None:
        return replace(named, why_not="it declares no health URL")
    return replace(named, url=asset.health.http, wanted=SUCCEEDS, host_header=None)
