# SPDX-License-Identifier: GPL-3.0-or-later
"""JWT: the system that runs the controller (CI, an identity provider, SPIRE) signed who it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..failure import CredentialsFileError
from ..secret import Secret
from .credentials_file import read_credentials
from .identity import Identity, login_path, role_name

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")


def jwt(settings: Mapping[str, str], credentials_file: str) -> Identity:
    """From a file with the bare JWT. Raises ConnectionSettingsError, CredentialsFileError."""
    return jwt_identity(settings, "jwt", read_credentials(credentials_file), credentials_file)


def jwt_identity(settings: Mapping[str, str], default_path: str, token: str, credentials_file: str) -> Identity:
    """The identity of a login with ``role`` and ``jwt``. Source: RFC 7519 (JWT), RFC 7515 (compact form)."""
    path, role = login_path(settings, default_path), role_name(settings)
    if _JWT.fullmatch(token) is None:
        raise CredentialsFileError(f"{credentials_file}: not a signed JWT; write the bare JWT on one line")
    return Identity(f"JWT for role {role!r}", path, {"role": Secret(role), "jwt": Secret(token)})
