# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of an LXC host: one systemd unit with its config, credentials, health and hardening."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from ..position import Path
from .base import AbsolutePath, Identifier, Json, Line, Mode, Model, Port, SchemaPath, UserName
from .health import Health
from .kind import text
from .secret_ref import SecretRefText
from .unit import Command, Instances, ProcessLimits, SliceName, Unit

ReleaseId = Annotated[
    str,
    text(
        r"^[A-Za-z0-9][A-Za-z0-9._+-]{0,62}$",
        "a release id",
        'write it in quotes, such as "2026.11.20-1": letters, digits, . _ + and -, at most 63 characters',
    ),
]
CredentialName = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9._-]{0,62}$",
        "a credential name",
        "start with a lower-case letter, go on with letters, digits, . _ and -, at most 63 characters",
    ),
]
VariableName = Annotated[
    str,
    text(
        r"^[A-Za-z_][A-Za-z0-9_]{0,126}$",
        "the name of an environment variable",
        "start with a letter or _, go on with letters, digits and _, at most 127 characters",
    ),
]
Commands = Annotated[list[Command], Field(max_length=32)]
#: What every service is asked for. Rules and documents look further only at services that say more.
USUAL_FIELDS = frozenset(
    {"description", "user", "allow_root", "exec", "hardening", "state", "release", "config", "credentials"}
    | {"directories", "ports", "health", "after"}
)
Seconds = Annotated[int, Field(ge=1, le=86_400)]


class Release(Model):
    """The release a service runs: content of ``/opt/<app>/releases/<id>``."""

    app: Identifier
    """Folder below ``/opt``."""
    id: ReleaseId
    """Folder below ``releases``."""


class ConfigFile(Model):
    """The typed config file of a service; secrets appear in it by path only."""

    format: Literal["json"]
    """Format of the file."""
    schema_file: SchemaPath = Field(alias="schema")
    """JSON Schema, relative to the folder of the topology."""
    content: dict[str, Json]
    """Content of the file, checked against the schema; secrets by path only."""


class Directory(Model):
    """A directory owned by the user of the service; the service may write there."""

    mode: Mode = "0750"
    """File mode in four octal digits."""


class Service(Unit):
    """What runs on a host under one unit, ``<name>.service``, or under one for each instance."""

    instances: Instances | None = None
    """Makes it a template, ``<name>@.service``, of which these run; an empty list when others start its instances."""
    type: Literal["simple", "exec", "notify", "oneshot", "forking", "dbus", "idle"] = "exec"
    """How systemd knows that it has started; oneshot ends when its work is done."""
    user: UserName
    """One user per service: processes of one user can read each other's credentials."""
    group: UserName | None = None
    """Group it runs with; that of its user when not given."""
    supplementary_groups: Annotated[list[UserName], Field(max_length=32)] | None = None
    """Other groups of the host it belongs to."""
    allow_root: Literal[True] | None = None
    """Must be said to run as root."""
    release: Release | None = None
    """Release that the command belongs to."""
    exec: Command
    """Command as words; the first is an absolute path."""
    exec_before: Commands | None = None
    """Commands before it, one after the other; each must succeed."""
    exec_after: Commands | None = None
    """Commands once it has started."""
    reload: Command | None = None
    """Command that makes it read its config again; then a change of its config alone does not restart it."""
    stop: Command | None = None
    """Command that stops it; a signal does when not given."""
    stop_after: Commands | None = None
    """Commands after it has stopped, also when it failed."""
    working_directory: AbsolutePath | None = None
    """Folder it runs in."""
    environment: Annotated[dict[VariableName, Line], Field(max_length=256)] | None = None
    """Environment variables, readable by everybody on the host; secrets belong into credentials."""
    restart: Literal["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"] = (
        "on-failure"
    )
    """After which ends systemd starts it again."""
    restart_seconds: Seconds = 1
    """Seconds before it is started again."""
    start_seconds: Seconds | None = None
    """Seconds it may take to start."""
    stop_seconds: Seconds = 10
    """Seconds it may take to stop before it is killed."""
    config: ConfigFile | None = None
    """Typed config file; the command finds it at {config}."""
    credentials: Annotated[dict[CredentialName, SecretRefText], Field(max_length=256)] = {}
    """Refs by credential name; the unit finds values as files in its credentials directory."""
    directories: Annotated[dict[AbsolutePath, Directory], Field(max_length=256)] = {}
    """Directories the service writes to, below /var, /srv or /run."""
    ports: Annotated[dict[Identifier, Port], Field(max_length=256)] = {}
    """TCP ports the service listens on, by purpose."""
    health: Health | None = None
    """Check that decides whether a generation is confirmed."""
    hardening: Literal["strict", "standard"]
    """Named profile of directives, proven to work in LXC."""
    limits: ProcessLimits | None = None
    """How much of the host it may use."""
    slice: SliceName | None = None
    """Slice whose limits it shares with others."""
    state: Literal["running", "stopped", "on-demand"] = "running"
    """Whether the unit runs; on-demand leaves that to the socket, timer, path or unit that starts it."""

    def other_commands(self, path: Path) -> Iterator[tuple[Path, list[str]]]:
        """The commands around ``exec`` of the service at ``path``, each with its own path."""
        for name, command in (("reload", self.reload), ("stop", self.stop)):
            if command is not None:
                yield (*path, name), command
        for name, commands in (
            ("exec_before", self.exec_before),
            ("exec_after", self.exec_after),
            ("stop_after", self.stop_after),
        ):
            for number, command in enumerate(commands or ()):
                yield (*path, name, number), command

    @property
    def is_detailed(self) -> bool:
        """Says more than the usual."""
        return not self.model_fields_set <= USUAL_FIELDS
