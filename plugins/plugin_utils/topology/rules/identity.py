# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the identity plane."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .portal import portal_host
from .repeated import repeated_items

_PLANE: Path = ("identity_plane",)


def trusted_sessions_are_complete(topology: Topology) -> Iterator[Violation]:
    """Sessions are trusted only with a provider, its URLs and the issuer that assertions name."""
    plane = topology.identity_plane
    if plane is None or not plane.session_trust.enabled:
        return
    for key in ("provider", "public_url", "authenticate_url", "jwks_url"):
        if getattr(plane.session_trust, key) is None:
            yield Violation(
                (*_PLANE, "session_trust", key), "trusted sessions need it", "add it, or write enabled: false"
            )
    if plane.issuer is None:
        yield Violation((*_PLANE, "issuer"), "trusted sessions need it", "add it, or write enabled: false")


def the_issuer_is_a_realm_of_the_idp(topology: Topology) -> Iterator[Violation]:
    """The one issuer is declared, and is the realm below the public URL of the identity provider."""
    plane = topology.identity_plane
    if plane is None or plane.idp is None:
        return
    wanted = f"{plane.idp.public_url.rstrip('/')}/realms/{plane.idp.realm}"
    if plane.issuer is None:
        yield Violation((*_PLANE, "issuer"), "tokens of the identity provider have no issuer", f"write {wanted}")
    elif plane.issuer != wanted:
        first = (*_PLANE, "idp", "public_url")
        what = "the identity provider issues tokens under another name"
        yield Violation((*_PLANE, "issuer"), what, f"write {wanted}", first=first)


def brokers_belong_to_an_idp(topology: Topology) -> Iterator[Violation]:
    """A login with an account from elsewhere goes through our identity provider."""
    plane = topology.identity_plane
    if plane is not None and plane.broker is not None and plane.idp is None:
        yield Violation((*_PLANE, "broker"), "there is no identity provider to broker for", "add idp, or remove it")


def an_authorization_model_is_younger_than_its_store(topology: Topology) -> Iterator[Violation]:
    """A model is written into a store that exists, so its ULID is the later one; swapped or foreign ids are noticed.

    Source: github.com/ulid/spec, the first ten characters are milliseconds and sort as text.
    """
    authorization = topology.identity_plane.authorization if topology.identity_plane else None
    if authorization is not None and authorization.model_id[:10] < authorization.store_id[:10]:
        path, first = (*_PLANE, "authorization", "model_id"), (*_PLANE, "authorization", "store_id")
        what = "this model is older than the store"
        yield Violation(path, what, "name a model of this store; were the two ids swapped?", first=first)


def the_portal_is_protected(topology: Topology) -> Iterator[Violation]:
    """Where sessions are trusted, only a session reaches the portal."""
    plane, host = topology.identity_plane, portal_host(topology)
    if plane is not None and plane.session_trust.enabled and host and host not in plane.protected_hosts:
        yield Violation((*_PLANE, "protected_hosts"), "the portal is not protected", f"add {host}")


def protected_hosts_are_listed_once(topology: Topology) -> Iterator[Violation]:
    """A protected host is listed once."""
    plane = topology.identity_plane
    yield from repeated_items((*_PLANE, "protected_hosts"), plane.protected_hosts if plane else ())
