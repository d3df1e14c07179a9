# SPDX-License-Identifier: GPL-3.0-or-later
"""A token from a file, for servers without inline auth. The token belongs to the writer of the file."""

from __future__ import annotations

import re

from ..failure import CredentialsFileError
from ..secret import Secret
from .credentials_file import read_credentials
from .token_calls import TokenCalls

_TOKEN = re.compile(r"[A-Za-z0-9._-]{4,4096}")


class TokenFile:
    """The token as a header."""

    credential = "token"
    login_path = None

    def __init__(self, token: Secret) -> None:
        self._token = token

    @classmethod
    def of(cls, credentials_file: str) -> TokenFile:
        """From a file with the bare token. Raises CredentialsFileError."""
        token = read_credentials(credentials_file)
        if _TOKEN.fullmatch(token) is None:
            raise CredentialsFileError(f"{credentials_file}: not a token; write the bare token on one line")
        return cls(Secret(token))

    def headers(self) -> dict[str, str]:
        """The token."""
        return {"X-Vault-Token": self._token.reveal()}

    def open(self, calls: TokenCalls) -> None:
        """Look at the token once: two requests before the first read. Raises BroadCredentialError and others."""
        calls.check(calls.look_up())
        calls.check_breadth()

    def close(self, calls: TokenCalls) -> None:
        """The token lives on; it is not ours."""
