# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about directives of systemd that are written as such, in units of ours and over those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...secret_ref import SCHEME
from ..facts.directives import known_directives
from ..model.topology import Topology
from ..violation import Violation
from ..words.close_names import close_names
from .declared_units import directives, texts

_LIMITS = {
    "MemoryMax": "limits.memory_max",
    "TasksMax": "limits.tasks_max",
    "CPUQuota": "limits.cpu_quota_percent",
    "CPUWeight": "limits.cpu_weight",
    "IOWeight": "limits.io_weight",
}
#: Directives that have a field, and what to write instead.
FIELDS: dict[str, dict[str, str]] = {
    "Unit": {
        name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
        for name in ("Description", "After", "Before", "Requires", "Wants", "BindsTo", "PartOf", "Conflicts")
    },
    "Service": {
        **_LIMITS,
        "LimitNOFILE": "limits.open_files",
        "LimitNPROC": "limits.processes",
        "LimitCORE": "limits.core_size",
        "OOMScoreAdjust": "limits.oom_score_adjust",
        "Nice": "limits.nice",
        "Slice": "slice",
        "Type": "type",
        "ExecStart": "exec",
        "ExecStartPre": "exec_before",
        "ExecStartPost": "exec_after",
        "ExecReload": "reload",
        "ExecStop": "stop",
        "ExecStopPost": "stop_after",
        "WorkingDirectory": "working_directory",
        "User": "user",
        "DynamicUser": "user",
        "Group": "group",
        "SupplementaryGroups": "supplementary_groups",
        "Environment": "environment",
        "Restart": "restart",
        "RestartSec": "restart_seconds",
        "TimeoutStartSec": "start_seconds",
        "TimeoutStopSec": "stop_seconds",
        "TimeoutSec": "stop_seconds",
    },
    "Socket": {
        "ListenStream": "listen_streams",
        "ListenDatagram": "listen_datagrams",
        "ListenFIFO": "listen_fifos",
        "Accept": "accept",
        "SocketUser": "user",
        "SocketGroup": "group",
        "SocketMode": "mode",
        "Service": "starts",
    },
    "Timer": {
        "OnCalendar": "calendar",
        "OnStartupSec": "after_startup_seconds",
        "Unit": "starts",
        "OnUnitActiveSec": "after_start_seconds",
        "OnUnitInactiveSec": "after_end_seconds",
        "RandomizedDelaySec": "random_delay_seconds",
        "AccuracySec": "accuracy_seconds",
        "Persistent": "persistent",
    },
    "Path": {
        "PathExists": "exists",
        "PathChanged": "changed",
        "PathModified": "modified",
        "Unit": "starts",
        "DirectoryNotEmpty": "directory_not_empty",
        "MakeDirectory": "make_directory",
    },
    "Slice": _LIMITS,
}
#: Directives that bring secrets, or whatever a file or an environment happens to hold.
_SECRETIVE = frozenset(
    {"SetCredential", "SetCredentialEncrypted", "LoadCredential", "LoadCredentialEncrypted", "EnvironmentFile"}
    | {"PassEnvironment"}
)
_SECRET_NAME = re.compile(
    r"(?:PASS(?:WORD|WD|PHRASE)|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIAL)(?!.*_(?:FILE|PATH|DIR)$)",
    re.IGNORECASE,
)
_VARIABLE = re.compile(r"(?:^|\s)[\"']?([A-Za-z_][A-Za-z0-9_]*)=")
_CREDENTIAL = "put it into OpenBao, name it under credentials and read it from its file"
#: ``%`` and ``$`` that stand for something else, when they are not doubled.
_UNESCAPED = {sign: re.compile(rf"(?<!{sign})(?:{sign}{sign})*{sign}(?!{sign})") for sign in (r"%", r"\$")}
_NOT_COMMANDS = frozenset({"ExecPaths", "ExecSearchPath"})
_PLAIN_COMMAND = re.compile(r"(?!.*/\.{0,2}(?:/|\s|$))/\S+(?:\s.*)?")


def directives_are_known(topology: Topology) -> Iterator[Violation]:
    """Every directive is one of systemd 252, in a section that its unit has."""
    for path, section, settings in directives(topology):
        allowed = ("Unit", section) if section else ("Unit",)
        for given, values in settings.items():
            if given not in allowed:
                what = f"this kind of unit has no section [{given}]"
                yield Violation((*path, given), what, f"write {' or '.join(allowed)}", at_key=True)
                continue
            for name in values.keys() - known_directives(given):
                what = f"systemd knows no {name}= in [{given}]"
                hint = close_names(name, known_directives(given))
                yield Violation((*path, given, name), what, hint, at_key=True)


def accepted_directives_are_known(topology: Topology) -> Iterator[Violation]:
    """What need not be in force is a directive of a service or of a slice."""
    known = known_directives("Service")
    for asset_id, asset in topology.lxc_assets:
        for number, accepted in enumerate(asset.accept_not_in_force or ()):
            for place, name in enumerate(accepted.directives):
                if name not in known:
                    where = ("runtime_assets", asset_id, "accept_not_in_force", number, "directives", place)
                    yield Violation(where, f"systemd knows no {name}= in [Service]", close_names(name, known))


def directives_with_a_field_are_written_there(topology: Topology) -> Iterator[Violation]:
    """What a unit of ours has a field for is written there, so that it is typed, checked and said once."""
    for path, _section, settings in directives(topology):
        for section, values in settings.items() if path[3] != "drop_ins" else ():
            fields = FIELDS.get(section, {})
            for name in values.keys() & fields.keys():
                where = (*path, section, name)
                yield Violation(where, f"{name}= has a field of its own", f"write {fields[name]}", at_key=True)


def directives_bring_no_secrets(topology: Topology) -> Iterator[Violation]:
    """No directive gives a unit a secret, a file of variables, or the environment of systemd."""
    for path, _section, settings in directives(topology):
        for where, name, text in texts(path, settings):
            if name in _SECRETIVE:
                yield Violation(where, f"{name}= is not allowed here", "use environment and credentials of a service")
            elif name == "Environment" and any(map(_SECRET_NAME.search, _VARIABLE.findall(text))):
                yield Violation(where, "everybody on the host can read an environment", _CREDENTIAL)


def environments_hold_no_secrets(topology: Topology) -> Iterator[Violation]:
    """Environment variables are no secrets: everybody on the host can read those of a unit."""
    for path, service in topology.detailed_services:
        for name, text in (service.environment or {}).items():
            where = (*path, "environment", name)
            if SCHEME in text:
                yield Violation(where, "a ref is only text here", "name it under credentials")
            elif _SECRET_NAME.search(name):
                yield Violation(where, "everybody on the host can read an environment", _CREDENTIAL, at_key=True)


def directive_values_are_escaped(topology: Topology) -> Iterator[Violation]:
    """A percent or dollar sign in a directive is doubled: alone it stands for something else."""
    for path, _section, settings in directives(topology):
        for where, _name, text in texts(path, settings):
            for sign, pattern in _UNESCAPED.items():
                if pattern.search(text):
                    plain = sign.lstrip("\\")
                    yield Violation(where, f"{plain} stands for something else here", f"write {plain}{plain}")


def directive_commands_start_with_an_absolute_path(topology: Topology) -> Iterator[Violation]:
    """A command in a directive starts with the path of its executable, or is empty to take back those before."""
    for path, _section, settings in directives(topology):
        for where, name, text in texts(path, settings):
            is_command = name.startswith("Exec") and name not in _NOT_COMMANDS
            if is_command and text and not _PLAIN_COMMAND.fullmatch(text):
                what = "the command does not start with a plain path"
                yield Violation(where, what, "start with /, without prefixes of systemd, // . and ..")
