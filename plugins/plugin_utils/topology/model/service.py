# SPDX-License-Identifier: GPL-3.0-or-later
"""A service of an LXC host: one systemd unit with its config, credentials, health and hardening."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import AbsolutePath, HttpUrl, Identifier, Json, Line, Mode, Model, Port, RelativePath, UserName
from .kind import text
from .secret_ref import SecretRefText

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
UnitName = Annotated[
    str,
    text(
        r"^[A-Za-z0-9][A-Za-z0-9@._-]{0,90}\.(service|target|socket|path|timer|mount)$",
        "a unit name",
        "write it with its ending, such as network-online.target",
    ),
]
#: One word of a command line. Placeholders: {release_id}, {config}, {credentials_directory}.
ExecWord = Annotated[
    str,
    text(
        r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]*[^\x00-\x1f\x7f\u0085\u2028\u2029\\]$",
        "one word of a command line",
        "write at least one character; no line breaks or control characters, and no backslash at the end",
        max_length=1024,
    ),
]


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
    schema_file: RelativePath = Field(alias="schema")
    """JSON Schema, relative to the folder of the topology."""
    content: dict[str, Json]
    """Content of the file, checked against the schema; secrets by path only."""


class Health(Model):
    """How the host proves that a service works before a generation is confirmed."""

    http: HttpUrl
    """Must be on the host itself."""
    status: Annotated[int, Field(ge=200, le=299)] = 200
    """HTTP status that means healthy."""
    within_seconds: Annotated[int, Field(ge=1, le=600)]
    """Seconds until the check must have succeeded."""


class Directory(Model):
    """A directory owned by the user of the service; the service may write there."""

    mode: Mode = "0750"
    """File mode in four octal digits."""


class Service(Model):
    """What runs on a host under one unit, ``<name>.service``."""

    description: Line | None = None
    """One line for people, shown by systemctl."""
    user: UserName
    """One user per service: processes of one user can read each other's credentials."""
    allow_root: Literal[True] | None = None
    """Must be said to run as root."""
    release: Release | None = None
    """Release that the command belongs to."""
    exec: Annotated[list[ExecWord], Field(min_length=1, max_length=256)]
    """Command as words; the first is an absolute path."""
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
    after: Annotated[list[UnitName], Field(max_length=64)] = []
    """Units that start before this one."""
    state: Literal["running", "stopped"] = "running"
    """Whether the unit runs."""
