# SPDX-License-Identifier: GPL-3.0-or-later
"""The one PostgreSQL that assets share."""

from __future__ import annotations

from typing import Annotated, Literal

from .base import Identifier, Model, Port
from .kind import text
from .secret_ref import SecretRefText

SqlName = Annotated[
    str,
    text(
        r"^[a-z_][a-z0-9_]{0,62}$",
        "a SQL name",
        "start with a lower-case letter or _, go on with letters, digits and _, at most 63 characters",
    ),
]


class Postgres(Model):
    """The one PostgreSQL; its password is a ref and never part of a URL."""

    runtime_type: Literal["k8s"]
    """Where it runs; k8s is the only canonical place."""
    asset: Identifier
    """The runtime asset it is."""
    database: SqlName
    """Database that consumers open."""
    username: SqlName
    """Role that consumers log in as."""
    port: Port = 5432
    """TCP port of its Kubernetes Service."""
    password: SecretRefText
    """Ref of the password; rotation happens there."""
