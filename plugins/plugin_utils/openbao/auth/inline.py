# SPDX-License-Identifier: GPL-3.0-or-later
"""Inline auth: every request carries the login, so no token is ever made."""

from __future__ import annotations

import base64
import json

from ..secret import Secret
from .identity import Identity
from .token_calls import TokenCalls


class Inline:
    """The parameters of a login as headers.

    A parameter is unpadded base64url of ``{"key", "value"}``; the name of its header is free, so it is a number:
    proxies drop names with an underscore. Namespaces hold for the login too (measured on 2.7.2).
    Source: OpenBao documentation, "Inline authentication".
    """

    def __init__(self, identity: Identity) -> None:
        self.credential, self.login_path = identity.credential, identity.path
        self._parameters = tuple(_parameter(key, value) for key, value in identity.parameters.items())

    def headers(self) -> dict[str, str]:
        """The login."""
        parameters = {
            f"X-Vault-Inline-Auth-Parameter-{number}": parameter.reveal()
            for number, parameter in enumerate(self._parameters)
        }
        return {"X-Vault-Inline-Auth-Path": self.login_path, **parameters}

    def open(self, calls: TokenCalls) -> None:
        """Nothing to do before the first request."""

    def close(self, calls: TokenCalls) -> None:
        """Nothing is left behind."""


def _parameter(key: str, value: Secret) -> Secret:
    document = json.dumps({"key": key, "value": value.reveal()}, separators=(",", ":"))
    return Secret(base64.urlsafe_b64encode(document.encode()).decode().rstrip("="))
