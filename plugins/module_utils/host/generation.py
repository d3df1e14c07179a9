# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation: everything a host should be, as one immutable document with an id made from its content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .host_error import HostError

#: Stands for the folder of the generation in unit texts. Topology data cannot hold control characters, so it cannot
#: forge the mark; and because the mark is part of the id, the id does not depend on itself.
GENERATION_MARK = "\x1ageneration\x1a"
UNIT_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}\.service")
FILE_NAME = re.compile(r"[a-z][a-z0-9._-]{0,62}")


@dataclass(frozen=True)
class Health:
    """Where a unit answers, what it must say, and how long it may take."""

    url: str
    status: int
    within_seconds: int


@dataclass(frozen=True)
class Unit:
    """One unit with all it needs."""

    text: str
    dropin: str
    files: Mapping[str, str]
    credentials: Mapping[str, str]
    """Name → ref pinned to a version."""
    properties: Mapping[str, str]
    """Effective properties as systemd must show them."""
    state: str
    release: str | None
    health: Health | None

    @property
    def runs(self) -> bool:
        """Should be active, now and after boot."""
        return self.state == "running"


@dataclass(frozen=True)
class Generation:
    """What ``manifest.json`` holds."""

    document: Mapping[str, Any]
    units: Mapping[str, Unit]

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Generation:
        """The generation in plain data. Raises HostError on names that could leave their folder."""
        units = {name: _unit(name, unit) for name, unit in document["units"].items()}
        return cls(document=document, units=units)

    @property
    def id(self) -> str:
        """Sixteen hex digits of the SHA-256 of the canonical document."""
        return hashlib.sha256(canonical(self.document)).hexdigest()[:16]

    @property
    def window_seconds(self) -> int:
        """From arming the guard to the automatic rollback."""
        return int(self.document["activation"]["window_seconds"])

    @property
    def soak_seconds(self) -> int:
        """How long units must stay up before the generation counts as healthy."""
        return int(self.document["activation"]["soak_seconds"])

    def fingerprint(self, unit: str) -> bytes:
        """All that makes a unit need a restart when it differs."""
        parts = dict(self.document["units"][unit])
        for volatile in ("health", "state", "properties"):
            parts.pop(volatile, None)
        return canonical(parts)


def canonical(document: Any) -> bytes:
    """The one byte form of a document."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _unit(name: str, unit: Mapping[str, Any]) -> Unit:
    if not UNIT_NAME.fullmatch(name):
        raise HostError(repr(name), "is not a unit name of ours", "use [a-z][a-z0-9-]*.service")
    for inner in list(unit["files"]) + list(unit["credentials"]):
        if not FILE_NAME.fullmatch(inner):
            raise HostError(f"{name} {inner!r}", "is not a plain file name", "use [a-z][a-z0-9._-]*")
    fields: dict[str, Any] = dict(unit)
    health = fields.pop("health")
    return Unit(health=Health(**health) if health else None, **fields)
