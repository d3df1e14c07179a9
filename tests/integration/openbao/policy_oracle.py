# SPDX-License-Identifier: GPL-3.0-or-later
"""What a real server makes of a policy: whether it takes it, and what it then allows."""

from __future__ import annotations

import base64
from collections.abc import Iterable

import requests
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

_NAME = "judged"


class PolicyOracle:
    """One connection, one policy that is written again and again, one token that has it and no other."""

    def __init__(self, server: Server) -> None:
        self._server, self._session = server, requests.Session()
        self._session.trust_env = False
        self._session.headers["X-Vault-Token"] = server.token
        token = server.call("POST", "auth/token/create", {"policies": [_NAME], "no_default_policy": True})
        self._token = token["auth"]["client_token"]

    def takes(self, text: str) -> bool:
        """Whether the server takes ``text``. For some escapes its reader panics, and it hangs up: it took nothing."""
        # It decodes what happens to be base64, as ``//08``; what was encoded arrives as it is.
        encoded = base64.b64encode(text.encode()).decode()
        try:
            status = self._ask("PUT", f"sys/policies/acl/{_NAME}", {"policy": encoded}).status_code
        except requests.ConnectionError:
            return False
        assert status in {204, 400}, status
        return status == 204

    def allows(self, paths: Iterable[str]) -> dict[str, set[str]]:
        """Capabilities at each path under the policy that was taken last; deny where there is none."""
        asked = sorted(paths)
        if not asked:
            return {}
        answer = self._ask("POST", "sys/capabilities", {"token": self._token, "paths": asked})
        assert answer.ok, answer.text
        return {path: set(answer.json()["data"][path]) for path in asked}

    def close(self) -> None:
        self._session.close()

    def _ask(self, method: str, path: str, body: object) -> requests.Response:
        address = f"{self._server.address}/v1/{path}"
        return self._session.request(method, address, json=body, verify=str(self._server.ca), timeout=10)
