# SPDX-License-Identifier: GPL-3.0-or-later
"""What every unit of ours can say: when it starts, who wants it, how much it may use, and any directive of systemd."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from .base import Line, Model
from .kind import text

UnitName = Annotated[
    str,
    text(
        r"^[A-Za-z0-9][A-Za-z0-9@._-]{0,90}\.(service|target|socket|path|timer|mount)$",
        "a unit name",
        "write it with its ending, such as network-online.target",
    ),
]
#: Names of units of the system: escaped paths (``\x2d``) and bus names too.
SystemUnitName = Annotated[
    str,
    text(
        r"^[A-Za-z0-9][A-Za-z0-9:_.@\\-]{0,200}"
        r"\.(service|target|socket|path|timer|mount|automount|swap|slice|scope|device)$",
        "the name of a unit of the system",
        "write it with its ending, such as ssh.service or getty@.service",
    ),
]
SliceName = Annotated[
    str,
    text(
        r"^[a-z][a-z0-9_-]{0,90}\.slice$",
        "the name of a slice",
        "write it with its ending, such as fractalops.slice",
    ),
]
#: One word of a command line. Placeholders: {release_id}, {config}, {credentials_directory}, {instance}, {main_pid}.
ExecWord = Annotated[
    str,
    text(
        r"^[^\x00-\x1f\x7f\u0085\u2028\u2029]*[^\x00-\x1f\x7f\u0085\u2028\u2029\\]$",
        "one word of a command line",
        "write at least one character; no line breaks or control characters, and no backslash at the end",
        max_length=1024,
    ),
]
Command = Annotated[list[ExecWord], Field(min_length=1, max_length=256)]
Instance = Annotated[
    str,
    text(
        r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$",
        "the name of an instance",
        "start with a letter or digit, go on with letters, digits, _ . and -, at most 63 characters",
    ),
]
Instances = Annotated[list[Instance], Field(max_length=256)]
Section = Literal["Unit", "Service", "Socket", "Timer", "Path", "Slice", "Mount", "Automount", "Swap", "Scope"]
DirectiveName = Annotated[
    str,
    text(r"^[A-Za-z0-9]{1,64}$", "the name of a directive", "write it as systemd does, such as MemoryMax"),
]
#: A value as it stands in a unit file; an empty one takes back what was set before.
DirectiveText = Annotated[
    str,
    text(
        r"^([^\x00-\x1f\x7f\u0085\u2028\u2029]+[^\x00-\x1f\x7f\u0085\u2028\u2029\\]"
        r"|[^\x00-\x1f\x7f\u0085\u2028\u2029\\]?)$",
        "the value of a directive",
        "remove line breaks, control characters and a backslash at the end",
        max_length=2048,
    ),
]


def several(value: Any) -> str:
    """``list`` or ``text``: a directive is written once, or once for each item."""
    return "list" if isinstance(value, list | tuple) else "text"


DirectiveValue = Annotated[
    Annotated[DirectiveText, Tag("text")]
    | Annotated[Annotated[list[DirectiveText], Field(max_length=256)], Tag("list")],
    Discriminator(several),
]
Directives = Annotated[
    dict[Section, Annotated[dict[DirectiveName, DirectiveValue], Field(max_length=256)]], Field(max_length=16)
]
Units = Annotated[list[UnitName], Field(max_length=64)]
#: Bytes: a whole number, or one with a binary unit.
ByteSize = Annotated[
    str,
    text(r"^(0|[1-9][0-9]{0,14}[KMGT]?)$", "a size", 'write bytes in quotes, or such as "512M" or "2G"'),
]


class Limits(Model):
    """How much of the host a unit may use; each is compared with what systemd applies."""

    memory_max: ByteSize | None = None
    """Memory it may use before its processes are killed."""
    tasks_max: Annotated[int, Field(ge=1, le=4_194_304)] | None = None
    """Processes and threads it may have."""
    cpu_quota_percent: Annotated[int, Field(ge=1, le=5900)] | None = None
    """Share of one CPU it may use; 200 are two CPUs."""
    cpu_weight: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Its share when CPUs are scarce; others have 100."""
    io_weight: Annotated[int, Field(ge=1, le=10_000)] | None = None
    """Its share when disks are busy; others have 100."""


class ProcessLimits(Limits):
    """Limits of a service: those of its group of processes, and those of each process."""

    open_files: Annotated[int, Field(ge=16, le=1_048_576)] | None = None
    """Files a process may have open; a container gives no more than its own limit."""
    processes: Annotated[int, Field(ge=1, le=4_194_304)] | None = None
    """Processes the user of the service may have."""
    core_size: ByteSize | None = None
    """Size of a core dump; "0" for none."""
    oom_score_adjust: Annotated[int, Field(ge=-1000, le=1000)] | None = None
    """How early the kernel kills it when memory runs out; most containers may only raise it."""
    nice: Annotated[int, Field(ge=-20, le=19)] | None = None
    """How readily it lets others go first; most containers may only raise it."""


class Unit(Model):
    """Ordering, dependencies and directives of a unit of ours.

    What few units say is None and not empty when it is not given: pydantic would copy each empty list and mapping.
    """

    description: Line | None = None
    """One line for people, shown by systemctl."""
    after: Units = []
    """Units that start before this one."""
    before: Units | None = None
    """Units that start after this one."""
    requires: Units | None = None
    """Units without which this one does not run; it is restarted with them."""
    wants: Units | None = None
    """Units that are started with this one, whether they succeed or not."""
    binds_to: Units | None = None
    """As requires; and it stops when one of them stops by itself."""
    part_of: Units | None = None
    """Units with which this one is stopped and restarted."""
    conflicts: Units | None = None
    """Units that cannot run beside this one."""
    wanted_by: Units | None = None
    """Units that start this one, at boot as a rule; the target of its kind when not given."""
    directives: Directives | None = None
    """Any other directive of systemd 252, by section, as it stands in a unit file."""
