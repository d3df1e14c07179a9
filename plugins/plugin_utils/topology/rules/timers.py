# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about timers."""

from __future__ import annotations

from collections.abc import Iterator

from ..facts.calendar_event import never_comes
from ..model.topology import Topology
from ..model.triggers import Timer
from ..position import Path
from ..violation import Violation
from .declared_units import directives, texts, triggers


def calendar_events_come(topology: Topology) -> Iterator[Violation]:
    """A timer waits for days and times that exist: for 2026-02-29 it would wait for ever, and systemd says nothing."""
    for path, event in _calendar_events(topology):
        if never_comes(event):
            hint = "correct it; systemd-analyze calendar says when an event comes"
            yield Violation(path, "there is no such day or time", hint)


def _calendar_events(topology: Topology) -> Iterator[tuple[Path, str]]:
    for _asset, declared, unit in triggers(topology):
        for number, event in enumerate(unit.calendar if isinstance(unit, Timer) else ()):
            yield (*declared.path, "calendar", number), event
    for path, _section, settings in directives(topology):
        yield from ((where, text) for where, name, text in texts(path, settings) if name == "OnCalendar")
