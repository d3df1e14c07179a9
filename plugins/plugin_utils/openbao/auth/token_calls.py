# SPDX-License-Identifier: GPL-3.0-or-later
"""What a credential does for itself: log in, look at its token, revoke it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ...http.deadline import Deadline
from ..adapter import AnswerAdapter
from ..administration import Administration
from ..caller import Caller
from ..failure import BroadCredentialError, CredentialRefusedError, ShortLivedCredentialError
from ..secret import Secret
from .breadth import check_breadth

#: What a revocation may take when the deadline of the client has passed.
REVOKE_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Whose rights a token has, and how long; 0 seconds is for ever."""

    policies: frozenset[str]
    ttl_seconds: int

    @classmethod
    def of(cls, data: Mapping[str, Any], ttl_key: str) -> Lifetime | None:
        """From a login or a look-up; None when the shape is another."""
        policies, ttl = data.get("policies"), data.get(ttl_key)
        if not isinstance(policies, list) or type(ttl) is not int:
            return None
        return cls(frozenset(str(policy) for policy in policies), ttl)


@dataclass(frozen=True, slots=True)
class Token:
    """A token of ours. A batch token is not stored by the server, so there is nothing to revoke."""

    secret: Secret = field(repr=False)
    lifetime: Lifetime
    is_stored: bool


class TokenCalls(Administration):
    """All of it raises PlaceError or ServerError."""

    def __init__(self, adapter: AnswerAdapter, caller: Caller, deadline: Deadline, *, allow_broad: bool) -> None:
        super().__init__(adapter, caller.server)
        self._caller, self._deadline, self._allow_broad = caller, deadline, allow_broad

    def login(self, path: str, parameters: Mapping[str, Secret]) -> Token:
        """A new token. Never tried again: a lost answer may have left one."""
        answer = self._send("post", path, json={name: value.reveal() for name, value in parameters.items()})
        if answer.status in {400, 403}:
            raise CredentialRefusedError(self._caller)
        auth = answer.document.get("auth")
        token = _token(auth) if answer.status == 200 and isinstance(auth, dict) else None
        if token is None:
            raise self._foreign(answer, "not a login")
        return token

    def look_up(self) -> Lifetime:
        """What our own token is."""
        answer = self._call("get", "auth/token/lookup-self", "read")
        lifetime = Lifetime.of(answer.data, "ttl")
        if lifetime is None:
            raise self._foreign(answer, "not a token")
        return lifetime

    def revoke(self) -> None:
        """End our own token, also when the deadline has passed."""
        self._deadline.allow(REVOKE_SECONDS)
        self._call("post", "auth/token/revoke-self", "update")

    def check(self, lifetime: Lifetime) -> None:
        """Raises BroadCredentialError for root, ShortLivedCredentialError for a token that ends before our deadline."""
        if "root" in lifetime.policies and not self._allow_broad:
            raise BroadCredentialError(self._server, "the policy root")
        remaining = self._deadline.remaining()
        if 0 < lifetime.ttl_seconds < remaining:
            raise ShortLivedCredentialError(self._server, lifetime.ttl_seconds, remaining)

    def check_breadth(self) -> None:
        """Raises BroadCredentialError, except for break-glass."""
        if not self._allow_broad:
            check_breadth(self)


def _token(auth: Mapping[str, Any]) -> Token | None:
    text, lifetime = auth.get("client_token"), Lifetime.of(auth, "lease_duration")
    if not isinstance(text, str) or not text or lifetime is None:
        return None
    return Token(Secret(text), lifetime, is_stored=auth.get("token_type") != "batch")
