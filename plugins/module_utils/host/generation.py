# SPDX-License-Identifier: GPL-3.0-or-later
"""A generation: everything a host should be, as one immutable document with an id made from its content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from .host_error import HostError

#: Stands for the folder of the generation in unit texts. Topology data cannot hold control characters, so it cannot
#: forge the mark; and because the mark is part of the id, the id does not depend on itself.
GENERATION_MARK = "\x1ageneration\x1a"
UNIT_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}@?\.(service|socket|timer|path|target|slice)")
INSTANCE_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
#: Units of others, whose names systemd may have escaped.
FOREIGN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,200}\.[a-z]{4,9}")
FILE_NAME = re.compile(r"[a-z][a-z0-9._-]{0,62}")


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
    health: Mapping[str, Any] | None
    """How it is asked, see ``health/check.py``; with marks for what differs between instances."""
    instances: list[str] | None = None
    """Instances of this template."""
    wanted_by: list[str] | None = None
    """Units that start it; multi-user.target when it runs and does not say."""
    depends_on: tuple[str, ...] | list[str] = ()
    """Units with which systemd restarts this one, and sockets that hold its connections."""
    reloads: bool = False
    """Reads its config files again when asked to."""

    @property
    def runs(self) -> bool:
        """Should be active, now and after boot."""
        return self.state == "running"

    @property
    def applies(self) -> bool:
        """Its properties are those of what runs: a slice, too, that systemd makes when something needs it."""
        return not self.rests

    @property
    def rests(self) -> bool:
        """Should not be active; what is neither this nor running is left to those who start it."""
        return self.state == "stopped"

    @property
    def wanting(self) -> list[str]:
        """Units that have a link to this one."""
        if self.wanted_by is not None:
            return [] if self.rests else self.wanted_by
        return ["multi-user.target"] if self.runs else []


@dataclass(frozen=True)
class DropIn:
    """Settings over a unit of somebody else."""

    text: str
    properties: Mapping[str, str]
    restart: bool
    """Restart the unit, if it runs, when these settings change."""


@dataclass(frozen=True)
class Generation:
    """What ``manifest.json`` holds."""

    document: Mapping[str, Any]
    units: Mapping[str, Unit]
    """By the name of their file."""
    drop_ins: Mapping[str, DropIn]
    """Over units of others."""
    masks: tuple[str, ...]
    """Units of others that nobody can start."""

    @classmethod
    def parse(cls, document: Mapping[str, Any]) -> Generation:
        """The generation in plain data. Raises HostError on names that could leave their folder."""
        drop_ins, masks = document.get("drop_ins", {}), document.get("masks", [])
        for name in [*drop_ins, *masks]:
            if not FOREIGN_NAME.fullmatch(name):
                raise HostError(repr(name), "is not a unit name", "write it with its ending, such as ssh.service")
        return cls(
            document=document,
            units={name: _unit(name, unit) for name, unit in document["units"].items()},
            drop_ins={name: DropIn(**drop_in) for name, drop_in in drop_ins.items()},
            masks=tuple(masks),
        )

    @cached_property
    def live(self) -> Mapping[str, Unit]:
        """What systemd can start: every unit by its name, and in place of a template its instances."""
        return {live: unit for name, unit in self.units.items() for live in live_names(name, unit)}

    def held(self, names: Iterable[str]) -> list[str]:
        """Sockets among ``names``, and what they start: a socket is not restarted while its service has it."""
        sockets = {name for name in names if name.endswith(".socket")}
        return [name for name in names if name in sockets or sockets & set(self._depends_on(name))]

    def dependents(self, names: Iterable[str]) -> set[str]:
        """Units that systemd restarts with ``names``, directly or by way of others."""
        found: set[str] = set()
        fresh = set(names)
        while fresh:
            fresh = {name for name, unit in self.live.items() if fresh & set(unit.depends_on)} - found
            found |= fresh
        return found

    def _depends_on(self, name: str) -> Iterable[str]:
        return self.live[name].depends_on if name in self.live else ()

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

    def fingerprint(self, unit: str, *beside: str) -> bytes:
        """All that makes a unit need a restart when it differs, leaving out what stands ``beside``."""
        parts = dict(self.document["units"][file_name(unit)])
        for volatile in (*_VOLATILE, *beside):
            parts.pop(volatile, None)
        return canonical(parts)


#: What changes nothing about a process that runs.
_VOLATILE = ("health", "state", "properties", "instances", "wanted_by", "depends_on", "reloads")


def live_names(name: str, unit: Unit) -> list[str]:
    """The unit, or the instances of a template."""
    if unit.instances is None:
        return [name]
    stem, at, ending = name.partition("@")
    return [f"{stem}{at}{instance}{ending}" for instance in unit.instances]


def file_name(live: str) -> str:
    """The unit, or the template an instance was made from."""
    stem, at, rest = live.partition("@")
    return f"{stem}@.{rest.rpartition('.')[2]}" if at else live


def canonical(document: Any) -> bytes:
    """The one byte form of a document."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _unit(name: str, unit: Mapping[str, Any]) -> Unit:
    if not UNIT_NAME.fullmatch(name):
        raise HostError(repr(name), "is not a unit name of ours", "use [a-z][a-z0-9-]* and the ending of its kind")
    for instance in unit.get("instances") or ():
        if not INSTANCE_NAME.fullmatch(instance):
            raise HostError(f"{name} {instance!r}", "is not the name of an instance", "use letters, digits, _ . and -")
    for inner in list(unit["files"]) + list(unit["credentials"]):
        if not FILE_NAME.fullmatch(inner):
            raise HostError(f"{name} {inner!r}", "is not a plain file name", "use [a-z][a-z0-9._-]*")
    return Unit(**unit)
