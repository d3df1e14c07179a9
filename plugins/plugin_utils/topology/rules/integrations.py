# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about integration endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import external_assets, kubernetes_assets, lxc_assets


def integrations_that_authenticate_name_a_secret(topology: Topology) -> Iterator[Violation]:
    """Every method but ``none`` needs a secret, and ``none`` has no use for one."""
    for asset_id, asset in external_assets(topology):
        path, auth = ("runtime_assets", asset_id, "auth", "secret"), asset.auth
        if auth.method == "none" and auth.secret is not None:
            yield Violation(path, "method 'none' uses no secret", "remove it or choose another method")
        elif auth.method != "none" and auth.secret is None:
            yield Violation(path, f"method {auth.method!r} needs a secret", "add a ref, or use method none")


def integrations_have_a_url(topology: Topology) -> Iterator[Violation]:
    """An integration is known by where it is reached."""
    for asset_id, asset in external_assets(topology):
        if not asset.endpoints.model_dump(exclude_none=True):
            path = ("runtime_assets", asset_id, "endpoints")
            yield Violation(path, "the integration has no URL", "add public_url or executor_url")


def assets_we_run_are_no_integrations(topology: Topology) -> Iterator[Violation]:
    """Role ``integration`` is for what runs elsewhere: what is deployed here says what it is for."""
    for assets in (lxc_assets(topology), kubernetes_assets(topology)):
        for asset_id, asset in assets:
            if asset.role == "integration":
                path, first = ("runtime_assets", asset_id, "role"), ("runtime_assets", asset_id, "binding", "type")
                hint = "name what it is for, or bind it to external"
                yield Violation(path, "an integration is never deployed", hint, first=first)


def integrations_stand_in_for_no_asset_of_ours(topology: Topology) -> Iterator[Violation]:
    """Temporal and Daytona are assets we run; the other end of an integration is not ours to deploy."""
    for name in ("temporal", "daytona"):
        dependency = getattr(topology.runtime_dependencies, name)
        asset = topology.runtime_assets.get(dependency.asset) if dependency else None
        if asset is not None and asset.binding.type == "external":
            path = ("runtime_dependencies", name, "asset")
            first = ("runtime_assets", dependency.asset, "binding", "type")
            yield Violation(path, f"{dependency.asset!r} is an integration", "name an asset we run", first=first)
