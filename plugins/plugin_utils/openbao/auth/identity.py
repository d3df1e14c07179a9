# SPDX-License-Identifier: GPL-3.0-or-later
"""What a login needs, whether it is made once or travels with every request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..failure import ConnectionSettingsError
from ..secret import Secret

_MOUNT = re.compile(r"[a-z][a-z0-9-]{0,62}")
_ROLE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")


@dataclass(frozen=True, slots=True)
class Identity:
    """Path of the login below ``/v1/`` and its parameters; ``credential`` is what a message calls them."""

    credential: str
    path: str
    parameters: Mapping[str, Secret] = field(repr=False)


def login_path(settings: Mapping[str, str], default: str) -> str:
    """``auth/<mount>/login`` for the auth settings of a topology. Raises ConnectionSettingsError."""
    path = settings.get("path", default)
    if _MOUNT.fullmatch(path) is None:
        raise ConnectionSettingsError("openbao.auth.path: not the name of an auth mount; write it without auth/")
    return f"auth/{path}/login"


def role_name(settings: Mapping[str, str]) -> str:
    """The auth role to log in as. Raises ConnectionSettingsError."""
    role = settings.get("role", "")
    if _ROLE.fullmatch(role) is None:
        raise ConnectionSettingsError("openbao.auth.role: not the name of an auth role; write the role of this method")
    return role
