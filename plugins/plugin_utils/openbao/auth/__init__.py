# SPDX-License-Identifier: GPL-3.0-or-later
"""Auth methods, one per file. Each adds its headers to a request as the request is sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..failure import ConnectionSettingsError
from .approle import AppRole
from .token_file import TokenFile

__all__ = ["AppRole", "AuthMethod", "TokenFile", "auth_method"]

AuthMethod = AppRole | TokenFile
_METHODS: Mapping[str, Callable[[Mapping[str, str], str], AuthMethod]] = {
    "approle": AppRole.of,
    "token_file": TokenFile.of,
}


def auth_method(settings: Mapping[str, str], credentials_file: str) -> AuthMethod:
    """The auth method that ``settings`` names. Raises ConnectionSettingsError, CredentialsFileError."""
    method = _METHODS.get(settings.get("method", ""))
    if method is None:
        raise ConnectionSettingsError(f"openbao.auth.method: unknown; choose one of {', '.join(_METHODS)}")
    return method(settings, credentials_file)
