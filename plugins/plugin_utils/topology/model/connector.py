# SPDX-License-Identifier: GPL-3.0-or-later
"""Connections to other systems."""

from __future__ import annotations

from typing import Literal

from .base import HttpUrl, Identifier, Model

ExecutionMode = Literal["scim", "scim_projected", "poll", "jit", "ui_only", "project", "hybrid", "runtime_gateway"]


class Connector(Model):
    """One connection. How it runs is said by connector_mode or integration_mode, and by nothing else."""

    id: Identifier
    """Name of the connection, unique in the inventory."""
    kind: Literal["standard", "gateway", "nexus"]
    """What the other system is; gateway is for CLIProxy and its like."""
    asset: Identifier
    """The runtime asset or integration it connects to."""
    mode: Identifier
    """Domain class, such as ``source-control``; it changes nothing."""
    connector_mode: ExecutionMode | None = None
    """How the connection runs, said by the connector; not beside integration_mode."""
    integration_mode: ExecutionMode | None = None
    """How the connection runs, said by the integration; not beside connector_mode."""
    url: HttpUrl | None = None
    """API of a Nexus."""
    scim_base_url: HttpUrl | None = None
    """Base of its SCIM API; in mode scim, what machines use."""
