# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the secret authority is and how a controller proves who it is; never a credential."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import AbsolutePath, HttpUrl, Identifier, Model, RelativePath
from .kind import text
from .recipe import Recipe

#: What OpenBao gets in a run: proof with every request, or one login whose token is revoked at the end.
Session = Literal["inline", "login"]
KvKey = Annotated[
    str,
    text(
        r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$",
        "a key of a secret",
        "start with a letter, digit or _, go on with letters, digits, _ . and -, at most 128 characters",
    ),
]


class AppRoleAuth(Model):
    """AppRole: the controller holds a role_id and a secret_id."""

    method: Literal["approle"]
    """How the controller proves who it is."""
    path: Identifier = "approle"
    """Mount of the auth method, without ``auth/``."""
    session: Session = "inline"
    """``inline`` makes no token; ``login`` makes one per run, for servers without inline auth."""


class JwtAuth(Model):
    """JWT: the controller holds a signed token of an issuer that OpenBao trusts."""

    method: Literal["jwt"]
    """How the controller proves who it is."""
    path: Identifier = "jwt"
    """Mount of the auth method, without ``auth/``."""
    role: Identifier
    """Role to log in as; its claims are the issuer's, so it is not made from the topology."""
    session: Session = "inline"
    """``inline`` makes no token; ``login`` makes one per run, for servers without inline auth."""


class KubernetesAuth(Model):
    """Kubernetes: the controller runs in a pod and holds the token of its service account."""

    method: Literal["kubernetes"]
    """How the controller proves who it is."""
    path: Identifier = "kubernetes"
    """Mount of the auth method, without ``auth/``."""
    role: Identifier
    """Role to log in as; whom it is bound to is the cluster's, so it is not made from the topology."""
    session: Session = "inline"
    """``inline`` makes no token; ``login`` makes one per run, for servers without inline auth."""


class TokenFileAuth(Model):
    """A token in a file that only its owner may read; for servers without inline auth."""

    method: Literal["token_file"]
    """How the controller proves who it is."""


class Administration(Model):
    """Which names on the server are ours; everything else there is foreign and never touched."""

    prefix: Annotated[Identifier, Field(min_length=3, max_length=40)]
    """Every policy and AppRole role we make is named ``<prefix>-…``."""
    secret_id_ttl_seconds: Annotated[int, Field(ge=60, le=31_536_000)] = 86_400
    """Lifetime of a secret_id of our AppRole roles."""
    max_versions: Annotated[int, Field(ge=1, le=1000)] | None = None
    """Versions the KV mount keeps of each secret; what the server says when absent."""
    cas_required: bool | None = None
    """Whether the KV mount refuses writes without check-and-set; what the server says when absent."""


#: Recipes of key pairs write their public half beside the private one.
PUBLIC_SUFFIX = "_public"


class ScopeSecret(Model):
    """One secret of a scope: which keys it has, and which of them we make."""

    keys: Annotated[list[KvKey], Field(max_length=256)] = []
    """Keys that must be there beyond what is generated."""
    generated: Annotated[dict[KvKey, Recipe], Field(max_length=256)] = {}
    """Keys made once, each by its recipe, and never made again by themselves."""

    @property
    def all_keys(self) -> frozenset[str]:
        """Every key there is once all that is generated was made."""
        pairs = {f"{key}{PUBLIC_SUFFIX}" for key, recipe in self.generated.items() if recipe.type != "password"}
        return frozenset(self.keys) | self.generated.keys() | pairs


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
    secrets: dict[RelativePath, ScopeSecret] = {}
    """What exists in the scope, by path below the scope's; a ref to one of them names a declared key."""


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
    auth: Annotated[AppRoleAuth | JwtAuth | KubernetesAuth | TokenFileAuth, Field(discriminator="method")]
    """How the controller authenticates; credentials themselves never stand here."""
    administration: Administration | None = None
    """What the playbook ``openbao`` makes on the server; without it, nothing."""
    scopes: dict[Identifier, Scope] = {}
    """What policies are made from; once one is declared, every ref lies in one of them."""
