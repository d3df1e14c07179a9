# SPDX-License-Identifier: GPL-3.0-or-later
"""What assets depend on at run time."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import StringConstraints

from .base import Identifier, Model, Port
from .secret_ref import SecretRefText

SqlName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,62}$")]


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
