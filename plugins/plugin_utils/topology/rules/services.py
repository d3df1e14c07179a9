# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the services of a host."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..model.health import is_waited_for
from ..model.runtime_asset import LxcAsset
from ..model.service import Service
from ..model.topology import Topology
from ..placeholder import placeholders
from ..position import Path
from ..violation import Violation
from ..words.close_names import close_names
from .assets import lxc_assets, services

#: Placeholder, and the field of a service that gives it a value.
PLACEHOLDERS = {
    "release_id": "release",
    "config": "config",
    "credentials_directory": "credentials",
    "instance": "instances",
}
#: Always has a value, but before the service runs.
MAIN_PID = "main_pid"
_BEFORE_MAIN_PID = frozenset({"exec", "exec_before", "environment", "health"})
#: Where data of services belongs; /etc, /opt and /usr are not written by services.
_DATA_ROOTS = ("/var/lib/", "/var/log/", "/var/cache/", "/var/spool/", "/srv/", "/run/")
#: A path with an empty step, ``.`` or ``..`` in it, or a slash at its end.
_NOT_SIMPLE = re.compile(r"/\.{0,2}(?:/|$)")
#: Units of the operating system that one of ours would silently replace.
_SYSTEM_UNITS = frozenset(
    {"console-getty", "container-getty", "cron", "dbus", "emergency", "getty", "networking", "nftables", "rescue"}
    | {"rsyslog", "ssh", "sshd", "udev", "user"}
)


def every_service_has_a_user_of_its_own(topology: Topology) -> Iterator[Violation]:
    """Two services of a host never share a user: processes of one user can read each other's credentials."""
    for asset_id, asset in lxc_assets(topology):
        yield from _shared_users(("runtime_assets", asset_id, "services"), asset)


def root_needs_allow_root(topology: Topology) -> Iterator[Violation]:
    """A service runs as root only where it says so."""
    for path, service in services(topology):
        if service.user == "root" and service.allow_root is None:
            hint = "name a user of its own, or add allow_root: true"
            yield Violation((*path, "user"), "the service runs as root", hint)


def services_do_not_replace_system_units(topology: Topology) -> Iterator[Violation]:
    """A service's unit must not take the place of a unit of the operating system."""
    for path, _service in services(topology):
        name = str(path[-1])
        if name in _SYSTEM_UNITS or name.startswith("systemd-"):
            what = f"{name}.service belongs to the operating system"
            yield Violation(path, what, "choose a name of your own", at_key=True)


def commands_start_with_an_absolute_path(topology: Topology) -> Iterator[Violation]:
    """The first word of a command is the executable: a path, without systemd's prefixes, without ``..``."""
    for path, command, _service in topology.commands:
        executable, first = command[0], (*path, 0)
        if executable.startswith(tuple("@-+!:|")):
            yield Violation(first, "prefixes of systemd are not allowed here", "start with /")
        elif not executable.startswith("/"):
            yield Violation(first, "the executable is not an absolute path", "start with /")
        elif _NOT_SIMPLE.search(executable):
            yield Violation(first, "the path of the executable is not in its simplest form", "leave out // . and ..")


def placeholders_have_a_value(topology: Topology) -> Iterator[Violation]:
    """A word in braces is a known placeholder, and the service has what it stands for; other braces are text."""
    for path, command, service in topology.commands:
        for number, word in enumerate(command):
            if "{" in word:
                yield from wrong_placeholders((*path, number), word, service)
    for path, service in topology.detailed_services:
        for name, text in (service.environment or {}).items():
            if "{" in text:
                yield from wrong_placeholders((*path, "environment", name), text, service)


def directories_have_one_owner_per_host(topology: Topology) -> Iterator[Violation]:
    """A directory belongs to the user of one service."""
    for asset_id, asset in lxc_assets(topology):
        first: dict[str, str] = {}
        where: Path = ("runtime_assets", asset_id, "services")
        for name, service in asset.services.items():
            for directory in service.directories:
                owner = first.setdefault(directory, name)
                if owner != name:
                    yield Violation(
                        (*where, name, "directories", directory),
                        f"the directory already belongs to {owner!r}",
                        "give each service its own",
                        first=(*where, owner, "directories", directory),
                        at_key=True,
                    )


def directories_stand_where_data_belongs(topology: Topology) -> Iterator[Violation]:
    """A service writes below the roots for data, not where the system or its releases are."""
    for path, service in services(topology):
        for directory in service.directories:
            if not directory.startswith(_DATA_ROOTS):
                hint = f"choose one below {', '.join(root.rstrip('/') for root in _DATA_ROOTS)}"
                where = (*path, "directories", directory)
                yield Violation(where, "this is no place for data of a service", hint, at_key=True)


def services_do_not_wait_for_each_other(topology: Topology) -> Iterator[Violation]:
    """Services never wait for each other in a circle: systemd would leave one of them out."""
    for asset_id, asset in lxc_assets(topology):
        if not any(service.after for service in asset.services.values()):
            continue
        for circle in _circles({name: _own_after(asset, name) for name in asset.services}):
            path = ("runtime_assets", asset_id, "services", circle[0], "after")
            yield Violation(path, f"a circle: {' after '.join(circle)}", "remove one of these")


def activation_windows_fit_their_checks(topology: Topology) -> Iterator[Violation]:
    """The window is longer than the slowest health check and the soak, or every activation would roll back."""
    for asset_id, asset in lxc_assets(topology):
        checks = (service.health for service in asset.services.values())
        deadlines = [check.within_seconds for check in checks if is_waited_for(check)]
        needed = max(deadlines, default=0) + asset.activation.soak_seconds
        if asset.activation.window_seconds <= needed:
            yield Violation(
                ("runtime_assets", asset_id, "activation", "window_seconds"),
                f"{asset.activation.window_seconds} s are too short: health and soak may take {needed} s",
                f"write more than {needed}",
            )


def _shared_users(where: Path, asset: LxcAsset) -> Iterator[Violation]:
    first: dict[str, str] = {}
    for name, service in asset.services.items():
        owner = first.setdefault(service.user, name)
        if owner != name and service.user != "root":
            yield Violation(
                (*where, name, "user"),
                f"user {service.user!r} already runs {owner!r}",
                "give each service its own user",
                first=(*where, owner, "user"),
            )


def _own_after(asset: LxcAsset, name: str) -> list[str]:
    """The services of the same host that ``name`` waits for."""
    waits = (unit.removesuffix(".service") for unit in asset.services[name].after)
    return [other for other in waits if other in asset.services]


def _circles(after: dict[str, list[str]]) -> Iterator[list[str]]:
    """Each circle once, from its first name back to it; every name is walked once."""
    done: set[str] = set()
    for start in after:
        trail: list[str] = []
        pending = [(start, 0)]
        while pending:
            name, depth = pending.pop()
            del trail[depth:]
            if name in trail:
                yield [*trail[trail.index(name) :], name]
            elif name not in done:
                done.add(name)
                trail.append(name)
                pending += [(other, depth + 1) for other in reversed(after[name])]


def wrong_placeholders(path: Path, word: str, service: Service) -> Iterator[Violation]:
    """Placeholders in ``word`` that are none, or that ``service`` gives no value."""
    for name in placeholders(word):
        if name == MAIN_PID:
            if path[4] in _BEFORE_MAIN_PID:
                yield Violation(path, "{main_pid} has no value here", "use it where the service runs already")
        elif name not in PLACEHOLDERS:
            what = f"{{{name}}} is no placeholder, and braces around a word alone are for those"
            yield Violation(path, what, close_names(name, PLACEHOLDERS))
        elif getattr(service, PLACEHOLDERS[name]) in (None, {}):
            yield Violation(path, f"{{{name}}} has no value here", f"add {PLACEHOLDERS[name]} to the service")
