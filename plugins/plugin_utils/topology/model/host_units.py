# SPDX-License-Identifier: GPL-3.0-or-later
"""The units of a host beside its services: ours, and what we say about those of others."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import Identifier, Model
from .triggers import PathUnit, Socket, Timer
from .unit import Directives, Limits, SystemUnitName, Unit


class Target(Unit):
    """A name for units that belong together, and for a point of the boot."""

    state: Literal["running", "stopped"] = "running"
    """Whether it is reached."""


class Slice(Unit):
    """Limits that several services share."""

    limits: Limits | None = None
    """How much all units of the slice may use together."""


class DropIn(Model):
    """Settings laid over a unit of somebody else, after all other drop-ins."""

    directives: Directives
    """Directives of systemd 252, by section, as they stand in a unit file."""
    restart: bool = False
    """Restarts the unit (a template: its instances), if it runs, when these change; else the next start brings them."""


class HostUnits(Model):
    """The units of a host beside its services."""

    sockets: Annotated[dict[Identifier, Socket], Field(max_length=1024)] = {}
    """Sockets by unit name, without ``.socket``."""
    timers: Annotated[dict[Identifier, Timer], Field(max_length=1024)] = {}
    """Timers by unit name, without ``.timer``."""
    paths: Annotated[dict[Identifier, PathUnit], Field(max_length=1024)] = {}
    """Paths by unit name, without ``.path``."""
    targets: Annotated[dict[Identifier, Target], Field(max_length=1024)] = {}
    """Targets by unit name, without ``.target``."""
    slices: Annotated[dict[Identifier, Slice], Field(max_length=1024)] = {}
    """Slices by unit name, without ``.slice``; ``a-b`` lies inside ``a``."""
    drop_ins: Annotated[dict[SystemUnitName, DropIn], Field(max_length=1024)] = {}
    """Settings for units of others, by their full name."""
    masks: Annotated[list[SystemUnitName], Field(max_length=1024)] = []
    """Units of others that are stopped and that nobody can start."""
