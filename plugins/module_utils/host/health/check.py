# SPDX-License-Identifier: GPL-3.0-or-later
"""How a unit is asked for its health: one kind of check for each way that services have."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Union

from ..generation import GENERATION_MARK, Generation
from ..host_error import HostError
from ..layout import Layout

#: Stand for what differs between instances. A topology holds no control characters, so it cannot forge them.
INSTANCE_MARK = "\x1ainstance\x1a"
CREDENTIALS_MARK = "\x1acredentials\x1a"
#: Of a command in words.
TOLD_LETTERS = 120


@dataclass(frozen=True)
class HttpCheck:
    """It answers at a URL, through a local socket when there is one, with one of these statuses."""

    url: str
    status: int | list[int]
    within_seconds: int
    contains: str | None = None
    """A part of the answer."""
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    socket: str | None = None
    tls: Mapping[str, Any] = field(default_factory=dict)
    """``ca_file``, ``server_name``, and ``verify`` when it is false."""

    @property
    def where(self) -> str:
        """Where it is asked, in words."""
        return f"{self.url} at {self.socket}" if self.socket else self.url

    @property
    def statuses(self) -> list[int]:
        """Those that mean healthy."""
        return [self.status] if isinstance(self.status, int) else self.status


@dataclass(frozen=True)
class TcpCheck:
    """It takes connections at ``address``, a host and a port."""

    address: str
    within_seconds: int

    @property
    def where(self) -> str:
        """Where it is asked, in words."""
        return f"tcp {self.address}"


@dataclass(frozen=True)
class SocketCheck:
    """It takes connections at a local socket."""

    socket: str
    within_seconds: int

    @property
    def where(self) -> str:
        """Where it is asked, in words."""
        return f"socket {self.socket}"


@dataclass(frozen=True)
class CommandCheck:
    """A command ends with one of these statuses, in its own time."""

    command: list[str]
    exit_status: list[int]
    timeout_seconds: int
    within_seconds: int

    @property
    def where(self) -> str:
        """What is asked, in words."""
        said = " ".join(shlex.quote(word) for word in self.command)
        return said if len(said) <= TOLD_LETTERS else said[:TOLD_LETTERS] + "…"


@dataclass(frozen=True)
class NotifyCheck:
    """It told systemd that it is ready, and feeds its watchdog."""

    within_seconds: int
    where: str = "systemd"


@dataclass(frozen=True)
class LastRunCheck:
    """Its last run succeeded. Nothing waits for a run."""

    where: str = "last run"


WaitedCheck = Union[HttpCheck, TcpCheck, SocketCheck, CommandCheck, NotifyCheck]
Check = Union[WaitedCheck, LastRunCheck]
_KINDS: Mapping[str, Any] = {
    "http": HttpCheck,
    "tcp": TcpCheck,
    "socket": SocketCheck,
    "command": CommandCheck,
    "notify": NotifyCheck,
    "last_run": LastRunCheck,
}


def checks(layout: Layout, generation: Generation) -> dict[str, Check]:
    """The check of each unit that has one, by its live name; what differs between instances is filled in."""
    home = str(layout.generation(generation.id))
    return {
        name: _check(name, _filled(unit.health, _meanings(layout, home, name)))
        for name, unit in generation.live.items()
        if unit.health
    }


def _check(name: str, document: Mapping[str, Any]) -> Check:
    fields = dict(document)
    kind = _KINDS.get(fields.pop("type", "http"))
    try:
        made: Check = kind(**fields)  # type: ignore[misc]  # None is caught with what does not fit
    except TypeError:
        raise HostError(f"health of {name}", "is asked in a way that is not known here", "run site once more") from None
    return made


def _meanings(layout: Layout, home: str, name: str) -> dict[str, str]:
    instance = name.partition("@")[2].rpartition(".")[0]
    credentials = str(layout.loaded_credentials / name)
    return {GENERATION_MARK: home, INSTANCE_MARK: instance, CREDENTIALS_MARK: credentials}


def _filled(value: Any, meanings: Mapping[str, str]) -> Any:
    """``value`` with the meaning of each mark, at any depth."""
    if isinstance(value, Mapping):
        return {key: _filled(inside, meanings) for key, inside in value.items()}
    if isinstance(value, list):
        return [_filled(inside, meanings) for inside in value]
    if isinstance(value, str):
        for mark, meaning in meanings.items():
            value = value.replace(mark, meaning)
    return value


def waited_for(found: Mapping[str, Check], generation: Generation) -> dict[str, WaitedCheck]:
    """Those that must succeed before a generation counts as healthy."""
    return {
        name: check
        for name, check in found.items()
        if generation.live[name].runs and not isinstance(check, LastRunCheck)
    }
