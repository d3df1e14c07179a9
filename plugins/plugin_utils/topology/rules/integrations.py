# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about integration endpoints."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .assets import external_assets


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
