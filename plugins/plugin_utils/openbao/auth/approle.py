# SPDX-License-Identifier: GPL-3.0-or-later
"""AppRole by inline auth: every request carries the login, so no token is ever made."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping

from requests import PreparedRequest
from requests.auth import AuthBase

from ..credentials_file import read_credentials
from ..failure import ConnectionSettingsError, CredentialsFileError
from ..secret import Secret

_MOUNT = re.compile(r"[a-z][a-z0-9-]{0,62}")


class AppRole(AuthBase):
    """role_id and secret_id as headers of inline auth.

    A parameter is unpadded base64url of ``{"key", "value"}``; the name of its header is free, so it is a number:
    proxies drop names with an underscore. Source: OpenBao documentation, "Inline authentication".
    """

    credential = "role_id or secret_id"

    def __init__(self, path: str, role_id: Secret, secret_id: Secret) -> None:
        self._path = f"auth/{path}/login"
        self._parameters = (_parameter("role_id", role_id), _parameter("secret_id", secret_id))

    @classmethod
    def of(cls, settings: Mapping[str, str], credentials_file: str) -> AppRole:
        """From the auth settings of a topology and a file with ``{"role_id": …, "secret_id": …}``."""
        path = settings.get("path", "approle")
        if _MOUNT.fullmatch(path) is None:
            raise ConnectionSettingsError("openbao.auth.path: not the name of an auth mount; write it without auth/")
        return cls(path, *_identity(credentials_file))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Vault-Inline-Auth-Path"] = self._path
        for number, parameter in enumerate(self._parameters):
            request.headers[f"X-Vault-Inline-Auth-Parameter-{number}"] = parameter.reveal()
        return request


def _parameter(key: str, value: Secret) -> Secret:
    document = json.dumps({"key": key, "value": value.reveal()}, separators=(",", ":"))
    return Secret(base64.urlsafe_b64encode(document.encode()).decode().rstrip("="))


def _identity(credentials_file: str) -> tuple[Secret, Secret]:
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
    return Secret(document["role_id"]), Secret(document["secret_id"])
