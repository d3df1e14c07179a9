# SPDX-License-Identifier: GPL-3.0-or-later
"""What was declared and is not in force for the units that run.

Where a container may not make a namespace, systemd 252 starts the service without it and shows the setting as declared.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..generation import Generation, Unit
from ..host_error import HostError
from ..layout import Layout
from ..systemd import systemd, unit_file
from ..transaction.transaction import monotonic
from .control_group import groups_of_unit
from .directive import PROOFS, is_of_group
from .host import Host
from .subject import Subject

#: What systemd is asked about each unit.
FACTS = ("ActiveState", "ControlGroup", "MainPID")
#: A service of type idle waits for others to start, five seconds at the most.
PATIENCE_SECONDS = 6.0
POLL_SECONDS = 0.1
_SECTIONS = ("Service", "Slice")
#: By words of a gap, what lets a container do it; the last for all others.
_WAYS = {
    "namespace": "LXC: no seccomp rule against unshare, no lxc.cap.drop of sys_admin",
    "/proc shows": "LXC: a /proc that can be mounted, by nesting",
    "control group": "LXC: a control group that the container may write to, with that controller",
    "": "LXC: lxc.prlimit, lxc.cap.keep",
}


@dataclass(frozen=True)
class Gap:
    """A directive that is not in force. ``why`` is what the kernel shows instead."""

    unit: str
    directive: str
    declared: str
    why: str

    def __str__(self) -> str:
        return f"{self.unit}: {self.directive} is not in force: {self.why}"


def gaps(layout: Layout, generation: Generation, shown: Mapping[str, systemd.Properties]) -> list[Gap]:
    """Of every unit that runs, what the topology does not accept; ``shown`` holds FACTS by unit."""
    accepted = accepted_directives(generation)
    host = Host(layout)
    found: list[Gap] = []
    for name, unit in sorted(generation.live.items()):
        if unit.applies and shown.get(name, {}).get("ActiveState") in systemd.UP:
            settings = {key: lines for key, lines in declared_settings(unit).items() if key in PROOFS}
            found += _of_unit(host, name, settings, shown[name])
    return [gap for gap in found if gap.directive not in accepted]


def require_in_force(layout: Layout, generation: Generation) -> None:
    """Raise HostError with every gap."""
    host, until = Host(layout), monotonic() + PATIENCE_SECONDS
    shown = systemd.show(generation.live, FACTS)
    while monotonic() < until and any(is_starting(host, _pid(one)) for one in shown.values()):
        time.sleep(POLL_SECONDS)
        shown = systemd.show(generation.live, FACTS)
    found = gaps(layout, generation, shown)
    if found:
        raise HostError("kernel", "; ".join(map(str, found)), _way_out(found))


def _way_out(found: Iterable[Gap]) -> str:
    ways = [next(way for words, way in _WAYS.items() if words in gap.why) for gap in found]
    return f"let the container do it ({'; '.join(dict.fromkeys(ways))}), or accept it: accept_not_in_force of the asset"


def accepted_directives(generation: Generation) -> set[str]:
    """Those whose absence the topology accepts, through the day it says."""
    today = dt.datetime.now().astimezone().date().isoformat()
    return {name for name, expires in generation.document.get("accepted", {}).items() if today <= expires}


def declared_settings(unit: Unit) -> dict[str, list[str]]:
    """Lines of its own section, by directive: those of the unit first, then those laid over it."""
    found: dict[str, list[str]] = {}
    for text in (unit.text, unit.dropin):
        for (section, directive), values in unit_file.settings(text).items():
            if section in _SECTIONS:
                found.setdefault(directive, []).extend(values)
    return found


def _of_unit(host: Host, name: str, settings: Mapping[str, list[str]], shown: systemd.Properties) -> list[Gap]:
    """Nothing of a unit whose process ended meanwhile: that is for the health check to say."""
    pid = _pid(shown)
    has_process = pid > 0 and not is_starting(host, pid)
    group = shown.get("ControlGroup", "")
    if not has_process and not (group and name.endswith(".slice")):
        return []
    process = host.process(pid)
    try:
        own = process.control_groups if has_process else groups_of_unit(host.first.control_groups, group)
        subject = Subject(process, host, own, settings)
        looked = {key: _looked(subject, key) for key in sorted(settings) if has_process or is_of_group(key)}
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [Gap(name, key, " ".join(settings[key]), why) for key, why in looked.items() if why]


def _pid(shown: systemd.Properties) -> int:
    return int(shown.get("MainPID") or 0)


def is_starting(host: Host, pid: int) -> bool:
    """The process is still systemd itself, which makes itself ready and then becomes what the unit is to run."""
    try:
        return pid > 1 and host.process(pid).executable == host.first.executable
    except OSError:
        return False


def _looked(subject: Subject, directive: str) -> str | None:
    try:
        return PROOFS[directive].look(subject, subject.settings[directive])
    except PermissionError as error:
        return f"nobody may look at {error.filename}"
    except FileNotFoundError as error:
        if not subject.process.is_there:
            raise
        return f"the kernel has no {error.filename}"
