# SPDX-License-Identifier: GPL-3.0-or-later
"""AppRole: the controller holds a role_id and a secret_id."""

from __future__ import annotations

import json
from collections.abc import Mapping

from ..failure import CredentialsFileError
from ..secret import Secret
from .credentials_file import read_credentials
from .identity import Identity, login_path


def approle(settings: Mapping[str, str], credentials_file: str) -> Identity:
    """From a file with ``{"role_id": …, "secret_id": …}``. Raises ConnectionSettingsError, CredentialsFileError."""
    path = login_path(settings, "approle")
    return Identity("role_id or secret_id", path, _parameters(credentials_file))


def _parameters(credentials_file: str) -> dict[str, Secret]:
    try:
        document = json.loads(read_credentials(credentials_file))
    except ValueError:
        document = None
    if (
        not isinstance(document, dict)
        or set(document) != {"role_id", "secret_id"}
        or not all(isinstance(value, str) and value for value in document.values())
    ):
        raise CredentialsFileError(
            f'{credentials_file}: not an AppRole credential; write {{"role_id": "…", "secret_id": "…"}} only'
        )
    return {name: Secret(document[name]) for name in ("role_id", "secret_id")}
