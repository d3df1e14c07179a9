# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the secret authority is and how a controller proves who it is; never a credential."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import AbsolutePath, HttpUrl, Identifier, Model, RelativePath


class AppRoleAuth(Model):
    """AppRole: the controller holds a role_id and a secret_id."""

    method: Literal["approle"]
    """How the controller proves who it is."""
    path: Identifier = "approle"
    """Mount of the auth method, without ``auth/``."""


class TokenFileAuth(Model):
    """A token in a file that only its owner may read; for servers without inline auth."""

    method: Literal["token_file"]
    """How the controller proves who it is."""


class Scope(Model):
    """One path below the mount, and what its holders may do there."""

    path: RelativePath
    """Path below the mount, such as ``runtime/postgres``; everything at and under it."""
    capabilities: Annotated[
        list[Literal["create", "read", "update", "patch", "delete", "list"]], Field(min_length=1, max_length=6)
    ]
    """What the policy allows; neither sudo nor a wildcard exists."""
    token_ttl_seconds: Annotated[int, Field(ge=60, le=86_400)] = 900
    """Lifetime of a token for this scope."""
    token_max_ttl_seconds: Annotated[int, Field(ge=60, le=2_764_800)] = 3600
    """Lifetime of such a token with all its renewals."""


class OpenBao(Model):
    """The OpenBao server of this topology."""

    address: HttpUrl
    """Base URL; https unless it is a loopback address."""
    mount: Identifier
    """The KV v2 mount that refs of this topology use."""
    namespace: RelativePath | None = None
    """Namespace of OpenBao; the root namespace when absent."""
    ca_file: AbsolutePath | None = None
    """CA bundle on the controller; the system's when absent."""
    auth: Annotated[AppRoleAuth | TokenFileAuth, Field(discriminator="method")]
    """How the controller authenticates; credentials themselves never stand here."""
    scopes: dict[Identifier, Scope] = {}
    """What policies are made from; once one is declared, every ref lies in one of them."""
