# SPDX-License-Identifier: GPL-3.0-or-later
"""Where machines reach the other end of a connection."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from .finding import Finding


def scim_connectors_are_executed_at_their_scim_base(topology: Topology) -> Iterator[Finding]:
    """The executor URL of a connection is its SCIM base in mode scim, else the executor URL of its asset."""
    for number, connector in enumerate(topology.connector_inventory):
        execution = connector.connector_mode or connector.integration_mode
        here = ("connector_inventory", number)
        asset = topology.runtime_assets.get(connector.asset)
        key = "connector_mode" if connector.connector_mode else "integration_mode"
        path = ("connector_inventory", connector.id, "derived", "EXECUTOR_URL")
        if execution == "scim" and connector.scim_base_url is not None:
            yield Finding(path, connector.scim_base_url, ((*here, key), (*here, "scim_base_url")))
        elif asset is not None and asset.endpoints.executor_url is not None:
            endpoint = ("runtime_assets", connector.asset, "endpoints", "executor_url")
            yield Finding(path, asset.endpoints.executor_url, ((*here, "asset"), endpoint))
