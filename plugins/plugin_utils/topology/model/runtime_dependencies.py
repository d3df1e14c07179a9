# SPDX-License-Identifier: GPL-3.0-or-later
"""What assets depend on at run time. Each dependency names an asset; its URLs follow from there."""

from __future__ import annotations

from .base import DnsName, Identifier, Line, Model
from .postgres import Postgres


class Temporal(Model):
    """The Temporal that workers poll. Machines reach it at the executor URL of its asset."""

    asset: Identifier
    """The runtime asset it is."""
    namespace: Line
    """Temporal namespace of our workflows."""


class Daytona(Model):
    """The sandboxes of the execution runtime."""

    asset: Identifier
    """The runtime asset it is."""


class Langboard(Model):
    """The board that agents write to, as machines reach it."""

    asset: Identifier
    """The runtime asset or integration it is."""
    host_header: DnsName | None = None
    """Host header to send when the executor URL names another host."""
    verify_tls: bool
    """Whether the certificate is checked; there is no default."""


class RuntimeDependencies(Model):
    """Shared services the assets need."""

    postgres: Postgres | None = None
    """The one PostgreSQL."""
    temporal: Temporal | None = None
    """The Temporal that workers poll."""
    daytona: Daytona | None = None
    """The sandboxes of the execution runtime."""
    langboard: Langboard | None = None
    """The board that agents write to."""
