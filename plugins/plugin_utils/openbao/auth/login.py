# SPDX-License-Identifier: GPL-3.0-or-later
"""One login and one token, in memory only and revoked at the end: for servers or proxies without inline auth."""

from __future__ import annotations

from ..failure import CredentialRefusedError, OpenBaoError, TokenLeftError
from .identity import Identity
from .token_calls import Token, TokenCalls


class Login:
    """A token from the first request on until ``close``."""

    def __init__(self, identity: Identity) -> None:
        self.credential, self.login_path = identity.credential, identity.path
        self._parameters = identity.parameters
        self._token: Token | None = None

    def headers(self) -> dict[str, str]:
        """The token, once there is one."""
        return {} if self._token is None else {"X-Vault-Token": self._token.secret.reveal()}

    def open(self, calls: TokenCalls) -> None:
        """Log in. A token that will not do is revoked at once."""
        self._token = calls.login(self.login_path, self._parameters)
        try:
            calls.check(self._token.lifetime)
        except OpenBaoError as failure:
            self._close_after(failure, calls)
            raise

    def _close_after(self, failure: OpenBaoError, calls: TokenCalls) -> None:
        try:
            self.close(calls)
        except TokenLeftError as second:
            second.stand_beside(failure)

    def close(self, calls: TokenCalls) -> None:
        """Revoke the token. Raises TokenLeftError; a token the server no longer knows is as good as revoked."""
        token, failure = self._token, None
        if token is None or not token.is_stored:
            return
        try:
            calls.revoke()
        except CredentialRefusedError:
            pass
        except OpenBaoError as error:
            failure = TokenLeftError(calls.server, token.lifetime.ttl_seconds, str(error))
        self._token = None
        if failure is not None:
            raise failure
