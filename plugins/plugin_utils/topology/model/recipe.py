# SPDX-License-Identifier: GPL-3.0-or-later
"""Recipes of generated secrets: what is made, never what came out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import DnsName, Model


class PasswordRecipe(Model):
    """Random characters of one alphabet."""

    type: Literal["password"]
    """Kind of secret: a password."""
    length: Annotated[int, Field(ge=16, le=256)] = 32
    """How many characters."""
    alphabet: Literal["letters-digits", "hex", "base64url"] = "letters-digits"
    """Which characters; none of them needs quotes anywhere."""


class SshKeyRecipe(Model):
    """An Ed25519 key pair of OpenSSH; the public half stands at ``<key>_public``."""

    type: Literal["ssh_key"]
    """Kind of secret: an SSH key pair."""


class NKeyRecipe(Model):
    """A key pair of NATS; the public half stands at ``<key>_public``."""

    type: Literal["nkey"]
    """Kind of secret: an NKey seed."""
    kind: Literal["user", "account", "operator", "server"] = "user"
    """Who the key is for."""


class AgeRecipe(Model):
    """An age identity; its recipient stands at ``<key>_public``."""

    type: Literal["age"]
    """Kind of secret: an age identity."""


class TlsRecipe(Model):
    """A TLS key and a self-signed certificate, which stands at ``<key>_public``."""

    type: Literal["tls"]
    """Kind of secret: a TLS key."""
    common_name: DnsName
    """Name of the server."""
    names: Annotated[list[DnsName], Field(max_length=100)] = []
    """Further names the certificate is good for; the common name always is."""
    valid_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """How long the certificate is good."""


Recipe = Annotated[
    PasswordRecipe | SshKeyRecipe | NKeyRecipe | AgeRecipe | TlsRecipe,
    Field(discriminator="type"),
]
