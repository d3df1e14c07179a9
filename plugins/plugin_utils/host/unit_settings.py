# SPDX-License-Identifier: GPL-3.0-or-later
"""What the fields of a unit say in systemd's words: directives as literal text, by section.

A field that was not given says nothing, so the text of a unit holds what the topology does and no more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..topology.model.service import Service
from ..topology.model.triggers import PathUnit, Socket, Timer, Trigger
from ..topology.model.unit import Directives, Limits, ProcessLimits, Unit
from .unit_text import value

#: A directive and its text; one pair for each line.
Setting = tuple[str, str]
Sections = dict[str, list[Setting]]

_ORDER = {
    "before": "Before",
    "requires": "Requires",
    "wants": "Wants",
    "binds_to": "BindsTo",
    "part_of": "PartOf",
    "conflicts": "Conflicts",
}
_LIMITS = {"memory_max": "MemoryMax", "tasks_max": "TasksMax", "cpu_weight": "CPUWeight", "io_weight": "IOWeight"}
_PROCESS_LIMITS = {
    "open_files": "LimitNOFILE",
    "processes": "LimitNPROC",
    "core_size": "LimitCORE",
    "oom_score_adjust": "OOMScoreAdjust",
    "nice": "Nice",
}
_SPANS = {
    "after_startup_seconds": "OnStartupSec",
    "after_start_seconds": "OnUnitActiveSec",
    "after_end_seconds": "OnUnitInactiveSec",
    "random_delay_seconds": "RandomizedDelaySec",
    "accuracy_seconds": "AccuracySec",
}
_WATCHED = {
    "exists": "PathExists",
    "changed": "PathChanged",
    "modified": "PathModified",
    "directory_not_empty": "DirectoryNotEmpty",
}


def order(unit: Unit) -> list[Setting]:
    """``[Unit]`` without its description and ``After=``, which every unit of ours has."""
    joined = {directive: getattr(unit, field) for field, directive in _ORDER.items()}
    return [(directive, " ".join(map(value, sorted(names)))) for directive, names in joined.items() if names]


def service_settings(service: Service) -> list[Setting]:
    """``[Service]`` of the unit file, beside what its template lays out."""
    settings: list[Setting] = []
    if service.type == "oneshot" and service.state == "running":
        settings.append(("RemainAfterExit", "yes"))
    if service.group:
        settings.append(("Group", service.group))
    if service.supplementary_groups:
        settings.append(("SupplementaryGroups", " ".join(sorted(service.supplementary_groups))))
    if service.working_directory:
        settings.append(("WorkingDirectory", value(service.working_directory)))
    if service.start_seconds:
        settings.append(("TimeoutStartSec", str(service.start_seconds)))
    if service.slice:
        settings.append(("Slice", service.slice))
    return settings


def limits(given: Limits | None) -> list[Setting]:
    """Limits that were given, sizes in bytes."""
    if given is None:
        return []
    fields = {**_LIMITS, **(_PROCESS_LIMITS if isinstance(given, ProcessLimits) else {})}
    found = [(directive, getattr(given, field)) for field, directive in fields.items()]
    settings = [(directive, _amount(amount)) for directive, amount in found if amount is not None]
    if given.cpu_quota_percent is not None:
        settings.append(("CPUQuota", f"{given.cpu_quota_percent}%"))
    return sorted(settings)


def directive_lines(written: Mapping[str, object]) -> list[Setting]:
    """Directives of one section, as they were written: literal already, which a rule has checked."""
    lines: list[Setting] = []
    for name, given in sorted(written.items()):
        texts = given if isinstance(given, list | tuple) else [given]
        lines += [(name, str(text)) for text in texts]
    return lines


def directive_sections(directives: Directives | None) -> Sections:
    """Directives by section, ``[Unit]`` first."""
    if directives is None:
        return {}
    names = sorted(directives, key=lambda section: (section != "Unit", section))
    return {section: directive_lines(directives[section]) for section in names if directives[section]}


def trigger_settings(name: str, unit: Trigger) -> list[Setting]:
    """The section of a socket, timer or path."""
    makers = {Socket: _socket, Timer: _timer, PathUnit: _path}
    settings = makers[type(unit)](unit)  # type: ignore[operator]
    starts = unit.starts or _default_service(name, unit)
    is_implied = unit.starts is None and not (isinstance(unit, Socket) and unit.accept)
    directive = "Service" if isinstance(unit, Socket) else "Unit"
    return settings if is_implied or starts is None else [*settings, (directive, value(starts))]


def started_unit(name: str, unit: Trigger) -> str | None:
    """The unit it starts; None for a template, each instance of which starts its own."""
    return unit.starts or _default_service(name, unit)


def _default_service(name: str, unit: Trigger) -> str | None:
    if unit.instances is not None or (isinstance(unit, Socket) and unit.accept):
        return None
    return f"{name}.service"


def _socket(unit: Socket) -> list[Setting]:
    settings = _lines("ListenStream", unit.listen_streams)
    settings += _lines("ListenDatagram", unit.listen_datagrams) + _lines("ListenFIFO", unit.listen_fifos)
    if unit.accept:
        settings.append(("Accept", "yes"))
    if unit.user:
        settings.append(("SocketUser", unit.user))
    if unit.group:
        settings.append(("SocketGroup", unit.group))
    return [*settings, ("SocketMode", unit.mode)]


def _timer(unit: Timer) -> list[Setting]:
    spans = {directive: getattr(unit, field) for field, directive in _SPANS.items()}
    settings = _lines("OnCalendar", unit.calendar)
    settings += [(directive, str(seconds)) for directive, seconds in spans.items() if seconds is not None]
    return [*settings, ("Persistent", "yes")] if unit.persistent else settings


def _path(unit: PathUnit) -> list[Setting]:
    settings = [line for field, directive in _WATCHED.items() for line in _lines(directive, getattr(unit, field))]
    return [*settings, ("MakeDirectory", "yes")] if unit.make_directory else settings


def _lines(directive: str, texts: Iterable[str]) -> list[Setting]:
    return [(directive, value(text)) for text in texts]


def _amount(amount: int | str) -> str:
    """Bytes of a size such as ``512M``; other numbers as they are."""
    if isinstance(amount, int) or amount.isdigit():
        return str(amount)
    return str(int(amount[:-1]) * 1024 ** ("KMGT".index(amount[-1]) + 1))
