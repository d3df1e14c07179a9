# SPDX-License-Identifier: GPL-3.0-or-later
"""KV v2 at the wire, in memory: versions and check-and-set as OpenBao 2.7.2 answers them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .json_server import Answer, JsonServer

CONFLICT = "check-and-set parameter did not match the current version"
TIME = "2026-01-01T00:00:00Z"
Version = dict[str, str] | None
DENIED: Answer = (403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]})
ABSENT: Answer = (404, {"errors": []})


def nothing(_server: KvServer) -> None:
    """Nobody else writes."""


@dataclass
class KvServer(JsonServer):
    """Secrets by path at mount ``secret``, each a list of versions; a deleted one is None. All else is denied.

    ``before_write`` runs right before a write is judged, as another writer would; ``keeps`` is what a write keeps of
    its values; ``writes`` are the paths and check-and-set numbers of all writes that came; ``denied`` are paths below
    the mount, such as ``metadata/x``, that nobody may have.
    """

    secrets: dict[str, list[Version]] = field(default_factory=dict)
    before_write: Callable[[KvServer], None] = nothing
    keeps: Callable[[dict[str, str]], dict[str, str]] = dict
    writes: list[tuple[str, str, object]] = field(default_factory=list)
    denied: set[str] = field(default_factory=set)

    def newest(self, path: str) -> Version:
        """The values of the newest version."""
        return self.secrets[path][-1]

    def answer(self, method: str, url: str, body: dict[str, Any]) -> Answer:
        """Status and document of one request."""
        split = urlsplit(url)
        if not split.path.startswith("/v1/secret/"):
            return (400, {"errors": ["no token"]}) if split.path.endswith("/capabilities-self") else DENIED
        part, _, path = split.path.removeprefix("/v1/secret/").partition("/")
        versions = self.secrets.get(path, [])
        if f"{part}/{path}" in self.denied:
            return DENIED
        if method in {"POST", "PUT", "PATCH"}:
            return self._write(path, body, is_patch=method == "PATCH")
        if method == "DELETE":
            self.writes.append((method, path, None))
            self.secrets |= {path: [*versions[:-1], None]} if part == "data" else {path: []}
            return 204, {}
        if part == "metadata":
            return _metadata(versions)
        asked = int(parse_qs(split.query).get("version", [str(len(versions))])[0])
        return _version(versions, asked, is_subkeys=part == "subkeys")

    def _write(self, path: str, body: dict[str, Any], *, is_patch: bool) -> Answer:
        cas = body.get("options", {}).get("cas")
        self.writes.append(("PATCH" if is_patch else "POST", path, cas))
        self.before_write(self)
        versions = self.secrets.setdefault(path, [])
        if cas is not None and cas != len(versions):
            return 400, {"errors": [CONFLICT]}
        old = dict(versions[-1] or {}) if is_patch and versions else {}
        new = {key: value for key, value in (old | body["data"]).items() if value is not None}
        versions.append(self.keeps(new))
        return 200, {"data": {"version": len(versions), "created_time": TIME, "deletion_time": "", "destroyed": False}}


def _metadata(versions: list[Version]) -> Answer:
    if not versions:
        return ABSENT
    told = {
        str(number): {"created_time": TIME, "deletion_time": "" if one is not None else TIME, "destroyed": False}
        for number, one in enumerate(versions, 1)
    }
    return 200, {"data": {"current_version": len(versions), "oldest_version": 1, "versions": told}}


def _version(versions: list[Version], asked: int, *, is_subkeys: bool) -> Answer:
    if not 0 < asked <= len(versions):
        return ABSENT
    found = versions[asked - 1]
    metadata = {"version": asked, "created_time": TIME, "destroyed": False, "deletion_time": "" if found else TIME}
    if found is None:
        return 404, {"data": {"data": None, "subkeys": None, "metadata": metadata}}
    if is_subkeys:
        return 200, {"data": {"subkeys": dict.fromkeys(found), "metadata": metadata}}
    return 200, {"data": {"data": found, "metadata": metadata}}
