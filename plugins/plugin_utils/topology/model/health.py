# SPDX-License-Identifier: GPL-3.0-or-later
"""How a host proves that a service works: each of the ways services have, asked on the host itself."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal, TypeGuard

from pydantic import Discriminator, Field, Tag

from .base import HOST, PORT, AbsolutePath, Line, Model
from .kind import text
from .unit import Command

#: A port, or one in which the name of the instance stands: ``:{instance}``, ``:80{instance}``.
_PORT = rf"({PORT[:-1]}|:[0-9]{{0,4}}\{{instance\}}[0-9]{{0,4}})"
_STEP = r"([A-Za-z0-9._~!&'()*+,;=:@%-]|\{instance\})"
LocalUrl = Annotated[
    str,
    text(
        rf"^https?://{HOST}{_PORT}?(/({_STEP}|/)*)?(\?({_STEP}|[/?])*)?$",
        "an http or https URL of the host itself",
        "write such as http://127.0.0.1:8080/healthz; {instance} may stand in port, path and query",
        max_length=2048,
    ),
]
LocalAddress = Annotated[
    str,
    text(
        rf"^({HOST}|\[::1\]){_PORT[:-1]})$",
        "an address with a port",
        'write such as "127.0.0.1:6379"; {instance} may stand in the port',
        max_length=300,
    ),
]
LocalSocket = Annotated[
    str,
    text(
        r"^(/\.?([A-Za-z0-9_]|\{instance\})([A-Za-z0-9_.@+-]|\{instance\})*)+$",
        "the path of a socket",
        "start with /, use letters, digits and _ . @ + -, no ..; {instance} may stand in it",
        max_length=107,
    ),
]
#: RFC 9110 section 5.1: a token.
HeaderName = Annotated[
    str,
    text(
        r"^[A-Za-z0-9!#$&'*+.^_`|~-]{1,64}$",
        "the name of a request header",
        "use letters, digits and -, such as Host or Accept",
    ),
]
HeaderText = Annotated[
    str,
    text(
        r"^[!-~]([ -~]{0,510}[!-~])?$",
        "the value of a request header",
        "use visible characters of ASCII, at most 512; never a secret",
    ),
]
ServerName = Annotated[
    str, text(rf"^{HOST}$", "the name of a server", "write a DNS name or an IPv4 address", max_length=253)
]
Status = Annotated[int, Field(ge=200, le=599)]
ExitStatus = Annotated[int, Field(ge=0, le=255)]
Within = Annotated[int, Field(ge=1, le=600)]


def one_or_several(value: Any) -> str:
    """``list`` or ``one``: one number, or each that will do."""
    return "list" if isinstance(value, list | tuple) else "one"


Statuses = Annotated[
    Annotated[Status, Tag("one")] | Annotated[Annotated[list[Status], Field(min_length=1, max_length=32)], Tag("list")],
    Discriminator(one_or_several),
]
ExitStatuses = Annotated[
    Annotated[ExitStatus, Tag("one")]
    | Annotated[Annotated[list[ExitStatus], Field(min_length=1, max_length=32)], Tag("list")],
    Discriminator(one_or_several),
]


class HealthTls(Model):
    """What makes the certificate of a service on its own host the right one."""

    ca_file: AbsolutePath | None = None
    """PEM file on the host with the CA that signed it; those the host trusts when not given."""
    server_name: ServerName | None = None
    """Name that must stand in the certificate; the host of the URL when not given."""
    not_verified: Annotated[Line, Field(min_length=1)] | None = None
    """Why any certificate will do, such as one that a package made for itself."""


class HttpHealth(Model):
    """It answers at a URL."""

    http: LocalUrl
    """URL on the host itself; tcp, socket, exec, notify or last_run in its place ask in another way."""
    status: Statuses = 200
    """HTTP status that means healthy, or a list of those that do; a redirect is an answer and is not followed."""
    contains: Annotated[Line, Field(max_length=200)] | None = None
    """Text that stands in the first 64 KiB of the answer, as it is; not asked for when left out."""
    method: Literal["GET", "HEAD"] = "GET"
    """How it is asked; nothing that could change something."""
    headers: Annotated[dict[HeaderName, HeaderText], Field(max_length=32)] | None = None
    """Request headers, such as Host for one of several sites; never a secret."""
    socket: LocalSocket | None = None
    """Local socket through which it is asked; the host of the URL is then a name only."""
    tls: HealthTls | None = None
    """What makes the certificate right, for an https URL."""
    within_seconds: Within
    """Seconds until the check must have succeeded."""


class TcpHealth(Model):
    """It takes connections at a port."""

    tcp: LocalAddress
    """Address and port on the host itself."""
    within_seconds: Within
    """Seconds until the check must have succeeded."""


class SocketHealth(Model):
    """It takes connections at a local socket."""

    socket: LocalSocket
    """Path of the socket, for streams."""
    within_seconds: Within
    """Seconds until the check must have succeeded."""


class CommandHealth(Model):
    """A command says so, run as the user of the service."""

    exec: Command
    """Command as words; the first is an absolute path. It is run as the service is: user, groups, file system."""
    exit_status: ExitStatuses = 0
    """Exit status that means healthy, or a list of those that do."""
    timeout_seconds: Annotated[int, Field(ge=1, le=60)] = 5
    """Seconds one run may take before it is killed."""
    within_seconds: Within
    """Seconds until the check must have succeeded."""


class NotifyHealth(Model):
    """It told systemd that it is ready, and its watchdog is fed."""

    notify: Literal[True]
    """For a service of type notify; with WatchdogSec it must have fed the watchdog since its start as well."""
    within_seconds: Within
    """Seconds until the check must have succeeded."""


class LastRunHealth(Model):
    """The last run of a job succeeded."""

    last_run: Literal["success"]
    """For a service that a timer or something else starts. One that did not run yet is no fault, and is said."""


#: What says how a service is asked.
HEALTH_KINDS = ("http", "tcp", "socket", "exec", "notify", "last_run")


def health_kind(value: Any) -> str | None:
    """The way ``value`` asks, or seems to: by URL when it says nothing like one; None when it says several."""
    if not isinstance(value, dict):
        return next((kind for kind in HEALTH_KINDS if hasattr(value, kind)), None)
    kinds = [kind for kind in HEALTH_KINDS if kind in value]
    if kinds == ["http", "socket"]:
        return "http"
    if not kinds:
        meant = (get_close_matches(str(key), HEALTH_KINDS, 1) for key in value)
        return next((found[0] for found in meant if found), "http")
    return kinds[0] if len(kinds) == 1 else None


Health = Annotated[
    Annotated[HttpHealth, Tag("http")]
    | Annotated[TcpHealth, Tag("tcp")]
    | Annotated[SocketHealth, Tag("socket")]
    | Annotated[CommandHealth, Tag("exec")]
    | Annotated[NotifyHealth, Tag("notify")]
    | Annotated[LastRunHealth, Tag("last_run")],
    Discriminator(health_kind),
]


def is_waited_for(health: Any) -> TypeGuard[HttpHealth | TcpHealth | SocketHealth | CommandHealth | NotifyHealth]:
    """Something must have succeeded before a generation is confirmed."""
    return health is not None and not isinstance(health, LastRunHealth)


def asked_texts(health: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    """What ``health`` asks, by field: texts in which {instance} has a meaning. Of a command its words are not here."""
    for key in ("http", "tcp", "socket"):
        found = getattr(health, key, None)
        if found is not None:
            yield (key,), found
    for name, value in (getattr(health, "headers", None) or {}).items():
        yield ("headers", name), value
