# SPDX-License-Identifier: GPL-3.0-or-later
"""Units that start a service when something happens: a connection, a time, a change of a file."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import AbsolutePath, UserName
from .kind import text
from .unit import Instances, Unit, UnitName

#: systemd.socket(5): a path, an abstract name, a port, or an address with one.
ListenAddress = Annotated[
    str,
    text(
        r"^(/[A-Za-z0-9_][A-Za-z0-9_.@+/-]*|@[A-Za-z0-9_.-]+|"
        r"(([0-9]{1,3}\.){3}[0-9]{1,3}:|\[[0-9a-fA-F:.]+\]:)?[1-9][0-9]{0,4})$",
        "an address to listen at",
        'write "127.0.0.1:8080", "[::1]:8080", "8080" or /run/name.sock',
    ),
]
#: systemd.time(7), calendar events.
CalendarEvent = Annotated[
    str,
    text(
        r"^[A-Za-z0-9*][A-Za-z0-9*:/.,~ +-]{0,126}[A-Za-z0-9*]$",
        "a calendar event",
        'write such as daily, "Mon..Fri 02:30" or "*-*-01 04:00:00"; systemd-analyze calendar explains one',
    ),
]
#: Who may write to a local socket may connect to it, so others may be given that too.
SocketMode = Annotated[
    str,
    text(r"^0[0-7][0-7][0246]$", "the mode of a socket", 'write four octal digits in quotes, such as "0660" or "0666"'),
]
Seconds = Annotated[int, Field(ge=1, le=31_536_000)]
Times = Annotated[list[CalendarEvent], Field(max_length=64)]
Addresses = Annotated[list[ListenAddress], Field(max_length=64)]
Paths = Annotated[list[AbsolutePath], Field(max_length=64)]


class Trigger(Unit):
    """What sockets, timers and paths share."""

    starts: UnitName | None = None
    """Unit it starts; the service of its name when not given."""
    instances: Instances | None = None
    """Makes it a template, of which these run; each starts the instance of the same name."""
    state: Literal["running", "stopped"] = "running"
    """Whether it waits for what it waits for."""


class Socket(Trigger):
    """Listens, and starts its service at the first connection."""

    listen_streams: Addresses = []
    """Addresses for connections, as TCP and most local sockets are."""
    listen_datagrams: Addresses = []
    """Addresses for datagrams, as UDP."""
    listen_fifos: Paths = []
    """Named pipes."""
    accept: bool = False
    """Starts an instance of a template service for each connection."""
    user: UserName | None = None
    """Owner of a local socket; root when not given."""
    group: UserName | None = None
    """Group of a local socket."""
    mode: SocketMode = "0660"
    """File mode of a local socket, in four octal digits."""


class Timer(Trigger):
    """Starts its service at times."""

    calendar: Times = []
    """When by the clock."""
    after_startup_seconds: Seconds | None = None
    """Seconds after the start of the host; a container counts from its own."""
    after_start_seconds: Seconds | None = None
    """Seconds after the service was last started."""
    after_end_seconds: Seconds | None = None
    """Seconds after the service last ended."""
    random_delay_seconds: Seconds | None = None
    """Longest delay by chance, so that not all hosts start at once."""
    accuracy_seconds: Seconds | None = None
    """How late it may be, to wake the host less often; a minute when not given."""
    persistent: bool = False
    """Makes up for a time that passed while the host was off."""


class PathUnit(Trigger):
    """Starts its service when something happens to files."""

    exists: Paths = []
    """Files that exist."""
    changed: Paths = []
    """Files that were written and closed."""
    modified: Paths = []
    """Files that were written."""
    directory_not_empty: Paths = []
    """Folders with something in them."""
    make_directory: bool = False
    """Makes the folders that are watched."""
