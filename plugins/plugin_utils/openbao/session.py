# SPDX-License-Identifier: GPL-3.0-or-later
"""The session with OpenBao: our credential on every request, JSON in, and failures in OpenBao's words."""

from __future__ import annotations

from collections.abc import Mapping
from json import dumps
from urllib.parse import urlencode

from ..http.deadline import Deadline
from ..http.failure import NoAnswerError
from ..http.reply import Reply
from ..http.server import ServerSettingsError
from ..http.session import HttpSession
from .answer import is_sealed
from .auth.proof import Proof
from .connection import Connection
from .failure import ConnectionSettingsError, no_answer

#: What a listener with require_request_header asks for.
_HEADERS = {"X-Vault-Request": "true", "Accept": "application/json"}


class Session:
    """Speaks to one OpenBao until one deadline. Raises ServerError."""

    def __init__(self, connection: Connection, proof: Proof, deadline: Deadline) -> None:
        self._proof = proof
        try:
            self._http = HttpSession(connection.server, deadline, _HEADERS, is_final=is_sealed)
        except ServerSettingsError as wrong:
            raise ConnectionSettingsError(str(wrong)) from None

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        params: Mapping[str, object] | None = None,
        json: object = None,
    ) -> Reply:
        """The answer to a request with our credential; ``url`` is a path."""
        target = f"{url}?{urlencode(params)}" if params else url
        body = None if json is None else dumps(json).encode()
        content_type = {} if json is None else {"Content-Type": "application/json"}
        return self._asked(method.upper(), target, {**content_type, **headers, **self._proof.headers()}, body)

    def health(self) -> Reply:
        """What the server says about itself to anybody."""
        return self._asked("GET", "/v1/sys/health?standbyok=true", {}, None)

    def close(self) -> None:
        """Close every connection."""
        self._http.close()

    def _asked(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        try:
            return self._http.request(method, target, headers, body)
        except NoAnswerError as error:
            failure = no_answer(error)
        raise failure  # here, so that no trace of the request hangs on it
