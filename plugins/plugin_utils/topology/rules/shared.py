# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about services that everybody shares."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation

#: Roles of which one asset serves every consumer.
_SHARED_ROLES = frozenset({"playwrightgrid"})
_DEPENDENCIES = ("postgres", "temporal", "daytona", "langboard")


def a_shared_role_has_one_asset(topology: Topology) -> Iterator[Violation]:
    """One PlaywrightGrid serves every consumer; a second one would be somebody's own."""
    first: dict[str, str] = {}
    for asset_id, asset in topology.runtime_assets.items():
        owner = first.setdefault(asset.role, asset_id) if asset.role in _SHARED_ROLES else asset_id
        if owner != asset_id:
            path = ("runtime_assets", asset_id, "role")
            what = f"role {asset.role!r} is shared, and {owner!r} has it already"
            yield Violation(path, what, "use that one", first=("runtime_assets", owner, "role"))


def shared_services_have_no_local_url(topology: Topology) -> Iterator[Violation]:
    """A shared service that fails is reported: no local URL is there to fall back to."""
    for asset_id, where in shared_assets(topology):
        asset = topology.runtime_assets.get(asset_id)
        if asset is not None and asset.endpoints.local_url is not None:
            path = ("runtime_assets", asset_id, "endpoints", "local_url")
            yield Violation(path, "a shared service has no local stand-in", "remove it", first=where)


def shared_assets(topology: Topology) -> Iterator[tuple[str, Path]]:
    """Every shared asset once, with the path that says it is shared."""
    shared: dict[str, Path] = {}
    for name in _DEPENDENCIES:
        dependency = getattr(topology.runtime_dependencies, name)
        if dependency is not None:
            shared.setdefault(dependency.asset, ("runtime_dependencies", name, "asset"))
    for asset_id, asset in topology.runtime_assets.items():
        if asset.role in _SHARED_ROLES:
            shared.setdefault(asset_id, ("runtime_assets", asset_id, "role"))
    yield from shared.items()
