# SPDX-License-Identifier: GPL-3.0-or-later
"""The identity plane: one issuer, its identity provider, sessions at the edge, authorization."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import DnsName, HttpUrl, Identifier, IssuerUrl, Line, Model
from .kind import text
from .secret_ref import SecretRefText

Ulid = Annotated[
    str,
    text(
        r"^[0-7][0-9A-HJKMNP-TV-Z]{25}$",
        "a ULID",
        "write the 26 characters that OpenFGA shows, in capitals",
    ),
]


class SessionTrust(Model):
    """Whether applications trust the session that the edge asserts."""

    enabled: bool
    """Whether sessions are asserted at all."""
    provider: Literal["pomerium"] | None = None
    """What asserts them; needed when enabled."""
    public_url: HttpUrl | None = None
    """Where people reach the provider; needed when enabled."""
    authenticate_url: HttpUrl | None = None
    """Where the provider logs people in; needed when enabled."""
    jwks_url: HttpUrl | None = None
    """Keys that assertions are checked with; needed when enabled."""


class Keycloak(Model):
    """The identity provider. Its three URLs are separate: none stands in for another."""

    type: Literal["keycloak"]
    """Kind of identity provider."""
    realm: Identifier
    """Realm of our users."""
    admin_url: HttpUrl
    """Where administration happens."""
    public_url: HttpUrl
    """Where browsers log in; the issuer lies below it."""
    base_url: HttpUrl
    """Where back ends ask for tokens and keys."""


class Broker(Model):
    """Logging in with an account of another identity provider."""

    alias: Identifier
    """Name of the other provider in our realm."""
    first_login_flow: Line
    """Flow of a first login through it; there is no default."""


class OpenFga(Model):
    """Authorization by relations, pinned to one model."""

    type: Literal["openfga"]
    """Kind of authorization service."""
    asset: Identifier
    """The runtime asset or integration it is."""
    store_id: Ulid
    """Store that holds the tuples."""
    model_id: Ulid
    """Authorization model that every question is asked of."""
    token: SecretRefText | None = None
    """Ref of the preshared key."""


class IdentityPlane(Model):
    """Who somebody is, and what they may do."""

    issuer: IssuerUrl | None = None
    """The one issuer of tokens, as it stands in them; nothing builds it from other values."""
    session_trust: SessionTrust
    """Sessions asserted by the edge."""
    idp: Keycloak | None = None
    """The identity provider."""
    broker: Broker | None = None
    """Login with accounts from elsewhere."""
    protected_hosts: Annotated[list[DnsName], Field(max_length=1024)] = []
    """Hosts that only a session reaches; the portal is one of them."""
    authorization: OpenFga | None = None
    """The authorization service."""
