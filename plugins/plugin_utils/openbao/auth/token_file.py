# SPDX-License-Identifier: GPL-3.0-or-later
"""A token from a file, for servers without inline auth. The token belongs to whoever wrote the file."""

from __future__ import annotations

import re
from collections.abc import Mapping

from requests import PreparedRequest
from requests.auth import AuthBase

from ..credentials_file import read_credentials
from ..failure import CredentialsFileError
from ..secret import Secret

_TOKEN = re.compile(r"[A-Za-z0-9._-]{4,4096}")


class TokenFile(AuthBase):
    """The token as a header."""

    credential = "token"

    def __init__(self, token: Secret) -> None:
        self._token = token

    @classmethod
    def of(cls, _settings: Mapping[str, str], credentials_file: str) -> TokenFile:
        """From a file with the bare token. Raises CredentialsFileError."""
        token = read_credentials(credentials_file)
        if _TOKEN.fullmatch(token) is None:
            raise CredentialsFileError(f"{credentials_file}: not a token; write the bare token on one line")
        return cls(Secret(token))

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["X-Vault-Token"] = self._token.reveal()
        return request
