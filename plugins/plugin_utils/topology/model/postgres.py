# SPDX-License-Identifier: GPL-3.0-or-later
"""What assets depend on at run time."""

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
    asset: Identifier
    database: SqlName
    username: SqlName
    port: Port = 5432
    password: SecretRefText


class RuntimeDependencies(Model):
    """Shared services the assets need."""

    postgres: Postgres | None = None
