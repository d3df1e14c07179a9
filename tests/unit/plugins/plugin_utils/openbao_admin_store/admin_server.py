# SPDX-License-Identifier: GPL-3.0-or-later
"""The administrative part of OpenBao at the wire: documents by path, and policies with check-and-set."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..openbao.json_server import Answer, JsonServer

POLICIES = "sys/policies/acl/"
#: What no credential of ours may touch.
NOBODY = "breadth-probe-of-nobody"
DENIED: Answer = (403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]})


@dataclass
class AdminServer(JsonServer):
    """``paths`` are what can be read; a policy has ``policy`` and ``version``. ``denied`` are refused to everybody.

    ``capabilities`` are what the token has, and None when it cannot be asked, as with inline auth; ``refused`` are
    writes that end with 400 after the policies have let them pass. ``writes`` are the paths of all that came.
    """

    paths: dict[str, dict[str, Any]] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    capabilities: dict[str, list[str]] | None = None
    writes: list[tuple[str, str]] = field(default_factory=list)

    def answer(self, method: str, url: str, body: dict[str, Any]) -> Answer:
        """Status and document of one request."""
        path = url.removeprefix("/v1/").partition("?")[0]
        if path == "sys/capabilities-self":
            return (400, {"errors": ["no token"]}) if self.capabilities is None else self._able(body["paths"])
        if path in self.denied or NOBODY in path:
            return DENIED
        if method == "LIST" or "list=true" in url:
            names = sorted({one[len(path) + 1 :] for one in self.paths if one.startswith(f"{path}/")})
            return (200, {"data": {"keys": names}}) if names else (404, {"errors": []})
        if method == "GET":
            return (200, {"data": self.paths[path]}) if path in self.paths else (404, {"errors": []})
        self.writes.append((method, path))
        if path in self.refused:
            return 400, {"errors": ["not acceptable"]}
        return self._write(method, path, body)

    def _write(self, method: str, path: str, body: dict[str, Any]) -> Answer:
        if method == "DELETE":
            self.paths.pop(path, None)
            return 204, {}
        if path.startswith(POLICIES):
            version = self.paths.get(path, {}).get("version", -1)
            if body.get("cas", version) != version:
                return 400, {"errors": ["check-and-set parameter did not match the current version"]}
            body = {"policy": body["policy"], "version": max(version, 0) + 1}
        self.paths[path] = body
        return 204, {}

    def _able(self, paths: list[str]) -> Answer:
        return 200, {"data": {path: (self.capabilities or {}).get(path, ["deny"]) for path in paths}}
