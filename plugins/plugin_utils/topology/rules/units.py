# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the units of a host: what starts what, what is whose."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..model.triggers import PathUnit, Socket, Timer, Trigger
from ..model.unit import Section
from ..position import Path
from ..violation import Violation
from .assets import lxc_assets
from .declared_units import declared_units, host_units, triggers, units_of
from .repeated import repeated_items

#: Names, without their ending, of units of Debian that one of ours would silently replace.
SYSTEM_UNITS = frozenset(
    {"apt-daily", "apt-daily-upgrade", "basic", "bluetooth", "boot-complete", "console-getty", "container-getty"}
    | {"cron", "cryptsetup", "ctrl-alt-del", "dbus", "default", "dpkg-db-backup", "e2scrub-all", "emergency", "exit"}
    | {"final", "fstrim", "getty", "getty-pre", "graphical", "halt", "hibernate", "kexec", "local-fs", "local-fs-pre"}
    | {"machine", "multi-user", "network", "network-online", "network-pre", "networking", "nftables", "nss-lookup"}
    | {"nss-user-lookup", "paths", "poweroff", "printer", "reboot", "remote-fs", "remote-fs-pre", "rescue", "rpcbind"}
    | {"rsyslog", "shutdown", "sigpwr", "sleep", "slices", "sockets", "ssh", "sshd", "suspend", "swap", "sysinit"}
    | {"syslog", "system", "time-set", "time-sync", "timers", "udev", "umount", "uuidd", "user"}
)
#: Without these a host neither boots nor answers, and an activation could not end.
_ESSENTIAL = frozenset(
    {"-.mount", "-.slice", "basic.target", "dbus.service", "dbus.socket", "default.target", "init.scope"}
    | {"local-fs.target", "multi-user.target", "network.target", "paths.target", "slices.target", "sockets.target"}
    | {"ssh.service", "sshd.service", "sysinit.target", "system.slice", "systemd-journald.service"}
    | {"systemd-journald.socket", "systemd-sysusers.service", "systemd-tmpfiles-setup.service", "timers.target"}
)


def units_do_not_replace_system_units(topology: Topology) -> Iterator[Violation]:
    """A socket, timer, path, target or slice of ours never takes the place of a unit of the operating system."""
    for declared in host_units(topology):
        name = str(declared.path[-1])
        if name in SYSTEM_UNITS or name.startswith("systemd-"):
            what = f"{name}.{declared.kind} belongs to the operating system"
            yield Violation(declared.path, what, "choose a name of your own", at_key=True)


def triggers_say_when(topology: Topology) -> Iterator[Violation]:
    """A socket listens somewhere, a timer has a time, a path watches something."""
    for _asset, declared, unit in triggers(topology):
        given: tuple[object, ...] = ()
        if isinstance(unit, Socket):
            given = (unit.listen_streams, unit.listen_datagrams, unit.listen_fifos)
        elif isinstance(unit, Timer):
            given = (unit.calendar, unit.after_startup_seconds, unit.after_start_seconds, unit.after_end_seconds)
        elif isinstance(unit, PathUnit):
            given = (unit.exists, unit.changed, unit.modified, unit.directory_not_empty)
        has_other = any(
            name.startswith(("Listen", "On", "Path")) for name in (unit.directives or {}).get(_section(unit), ())
        )
        if not any(given) and not has_other:
            hint = {"socket": "listen_streams", "timer": "calendar"}.get(declared.kind, "changed")
            yield Violation(declared.path, "it would never start anything", f"add such as {hint}", at_key=True)


def triggers_start_a_service_of_their_host(topology: Topology) -> Iterator[Violation]:
    """What a socket, timer or path starts is a service of its host, or a unit it names in full."""
    for asset, declared, unit in triggers(topology):
        name = str(declared.path[-1])
        is_template = unit.instances is not None or (isinstance(unit, Socket) and unit.accept)
        service = asset.services.get(name)
        if unit.starts is not None:
            continue
        if service is None:
            yield Violation(declared.path, f"there is no service {name!r} to start", "name it in starts", at_key=True)
        elif is_template != (service.instances is not None):
            hint = "give the service instances" if is_template else "name one of its instances in starts"
            first = (*declared.path[:2], "services", name)
            what = f"the service {name!r} is {'no' if is_template else 'a'} template"
            yield Violation(declared.path, what, hint, first=first, at_key=True)


def instances_are_listed_once(topology: Topology) -> Iterator[Violation]:
    """An instance of a template is named once."""
    for declared in declared_units(topology):
        yield from repeated_items((*declared.path, "instances"), getattr(declared.unit, "instances", None) or ())


def oneshot_services_are_not_started_for_ever(topology: Topology) -> Iterator[Violation]:
    """A oneshot service is started again after a failure at most: systemd refuses one that never rests."""
    for path, service in topology.detailed_services:
        if service.type == "oneshot" and service.restart in ("always", "on-success"):
            yield Violation((*path, "restart"), "a oneshot service ends by itself", "write on-failure")


def stopped_units_are_wanted_by_nobody(topology: Topology) -> Iterator[Violation]:
    """A unit that is to be stopped is not started at boot."""
    for declared in declared_units(topology):
        if declared.unit.wanted_by and getattr(declared.unit, "state", None) == "stopped":
            yield Violation((*declared.path, "wanted_by"), "the unit is to be stopped", "remove one of them")


def units_of_others_are_not_ours(topology: Topology) -> Iterator[Violation]:
    """Drop-ins and masks are for units of others; ours say themselves what they are."""
    for path, names in _others(topology):
        asset_id = str(path[1])
        for name in names:
            own = _own_name(topology, asset_id, name)
            if own is not None:
                where, hint = _where(path, names, name), "write its directives and its state there"
                yield Violation(where, f"{name} is a unit of ours", hint, first=own, at_key=path[-1] == "drop_ins")


def masks_are_not_of_essential_units(topology: Topology) -> Iterator[Violation]:
    """No mask takes away what a host needs to boot, to answer, and to end an activation."""
    for path, names in _others(topology):
        if path[-1] == "masks":
            for number, name in enumerate(names):
                if name in _ESSENTIAL:
                    yield Violation((*path, number), f"no host works without {name}", "remove the mask")


def masks_are_said_once(topology: Topology) -> Iterator[Violation]:
    """A unit is masked once, and a masked unit has no settings of ours."""
    for asset_id, asset in lxc_assets(topology):
        if asset.units is not None:
            path: Path = ("runtime_assets", asset_id, "units")
            yield from repeated_items((*path, "masks"), asset.units.masks)
            for number, name in enumerate(asset.units.masks):
                if name in asset.units.drop_ins:
                    first = (*path, "drop_ins", name)
                    what = f"{name} has settings although nobody can start it"
                    yield Violation((*path, "masks", number), what, "remove one of them", first=first)


def _section(unit: Trigger) -> Section:
    if isinstance(unit, Socket):
        return "Socket"
    return "Timer" if isinstance(unit, Timer) else "Path"


def _others(topology: Topology) -> Iterator[tuple[Path, list[str]]]:
    """Names of units of others, with the path of the drop-ins or masks that name them."""
    for asset_id, asset in lxc_assets(topology):
        if asset.units is not None:
            yield ("runtime_assets", asset_id, "units", "drop_ins"), list(asset.units.drop_ins)
            yield ("runtime_assets", asset_id, "units", "masks"), asset.units.masks


def _where(path: Path, names: list[str], name: str) -> Path:
    return (*path, name if path[-1] == "drop_ins" else names.index(name))


def _own_name(topology: Topology, asset_id: str, name: str) -> Path | None:
    """Where a unit of ours with that name, or the template of that instance, is declared."""
    stem, _dot, kind = name.rpartition(".")
    family = f"{stem.partition('@')[0]}@.{kind}" if "@" in stem else name
    asset = dict(lxc_assets(topology))[asset_id]
    return next((one.path for one in units_of(asset_id, asset) if one.name == family), None)
