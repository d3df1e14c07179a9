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
from .control_group import ControlGroups, groups_of_unit
from .directive import PROOFS, is_of_group
from .process import Process
from .subject import Subject

#: What systemd is asked about each unit.
FACTS = ("ActiveState", "ControlGroup", "MainPID")
_UP = ("active", "reloading")
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
    first = Process(layout.inside("/proc/1"))
    found: list[Gap] = []
    for name, unit in sorted(generation.live.items()):
        if unit.applies and shown.get(name, {}).get("ActiveState") in _UP:
            settings = {key: lines for key, lines in declared_settings(unit).items() if key in PROOFS}
            found += _of_unit(layout, first, name, settings, shown[name])
    return [gap for gap in found if gap.directive not in accepted]


def require_in_force(layout: Layout, generation: Generation) -> None:
    """Raise HostError with every gap."""
    until = monotonic() + PATIENCE_SECONDS
    shown = systemd.show(generation.live, FACTS)
    while monotonic() < until and any(is_starting(layout, int(one.get("MainPID") or 0)) for one in shown.values()):
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


def _of_unit(
    layout: Layout, first: Process, name: str, settings: Mapping[str, list[str]], shown: systemd.Properties
) -> list[Gap]:
    """Nothing of a unit whose process ended meanwhile: that is for the health check to say."""
    pid = int(shown.get("MainPID") or 0)
    has_process = bool(pid) and not is_starting(layout, pid)
    if not has_process and not name.endswith(".slice"):
        return []
    process = Process(layout.inside(f"/proc/{pid}"))
    try:
        groups = process.control_groups if has_process else groups_of_unit(first.control_groups, shown["ControlGroup"])
        subject = Subject(process, first, groups, ControlGroups(first.mounts, layout.root), layout, settings)
        looked = {key: _looked(subject, key) for key in sorted(settings) if has_process or is_of_group(key)}
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [Gap(name, key, " ".join(settings[key]), why) for key, why in looked.items() if why]


def is_starting(layout: Layout, pid: int) -> bool:
    """The process is still systemd itself, which makes itself ready and then becomes what the unit is to run."""
    try:
        executables = [Process(layout.inside(f"/proc/{number}")).executable for number in (pid, 1) if pid > 1]
    except OSError:
        return False
    return len(set(executables)) == 1


def _looked(subject: Subject, directive: str) -> str | None:
    try:
        return PROOFS[directive].look(subject, subject.settings[directive])
    except PermissionError as error:
        return f"nobody may look at {error.filename}"
    except FileNotFoundError as error:
        if not subject.process.is_there:
            raise
        return f"the kernel has no {error.filename}"
