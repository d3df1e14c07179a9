# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the secret authority is and how a controller proves who it is; never a credential."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import AbsolutePath, HttpUrl, Identifier, Model, RelativePath


class AppRoleAuth(Model):
    """AppRole: the controller holds a role_id and a secret_id."""

    method: Literal["approle"]
    path: Identifier = "approle"
    """Mount of the auth method, without ``auth/``."""


class TokenFileAuth(Model):
    """A token in a file that only its owner may read; for servers without inline auth."""

    method: Literal["token_file"]


class OpenBao(Model):
    """The OpenBao server of this topology."""

    address: HttpUrl
    """Base URL; https unless it is a loopback address."""
    mount: Identifier
    """The KV v2 mount that refs of this topology use."""
    namespace: RelativePath | None = None
    ca_file: AbsolutePath | None = None
    """CA bundle on the controller; the system's when absent."""
    auth: Annotated[AppRoleAuth | TokenFileAuth, Field(discriminator="method")]
