# SPDX-License-Identifier: GPL-3.0-or-later
"""Auth methods, one per file, and the two kinds of session: inline, or one login."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..failure import ConnectionSettingsError
from .approle import approle
from .identity import Identity
from .inline import Inline
from .jwt import jwt
from .kubernetes import kubernetes
from .login import Login
from .token_file import TokenFile

__all__ = ["AuthMethod", "auth_method"]

AuthMethod = Inline | Login | TokenFile
_IDENTITIES: Mapping[str, Callable[[Mapping[str, str], str], Identity]] = {
    "approle": approle,
    "jwt": jwt,
    "kubernetes": kubernetes,
}
_SESSIONS: Mapping[str, Callable[[Identity], AuthMethod]] = {"inline": Inline, "login": Login}
_KNOWN = {
    "approle": frozenset({"method", "path", "session"}),
    "jwt": frozenset({"method", "path", "role", "session"}),
    "kubernetes": frozenset({"method", "path", "role", "session"}),
    "token_file": frozenset({"method"}),
}


def auth_method(settings: Mapping[str, str], credentials_file: str) -> AuthMethod:
    """The auth method that ``settings`` names. Raises ConnectionSettingsError, CredentialsFileError."""
    method = settings.get("method", "")
    if method not in _KNOWN:
        raise ConnectionSettingsError(f"openbao.auth.method: unknown; choose one of {', '.join(_KNOWN)}")
    unknown = sorted(set(settings) - _KNOWN[method])
    if unknown:
        raise ConnectionSettingsError(
            f"openbao.auth: {method} has no setting {', '.join(unknown)}; it has {', '.join(sorted(_KNOWN[method]))}"
        )
    if method == "token_file":
        return TokenFile.of(credentials_file)
    session = _SESSIONS.get(settings.get("session", "inline"))
    if session is None:
        raise ConnectionSettingsError(f"openbao.auth.session: unknown; choose one of {', '.join(_SESSIONS)}")
    return session(_IDENTITIES[method](settings, credentials_file))
