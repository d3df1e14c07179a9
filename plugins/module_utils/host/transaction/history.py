# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened to a host, one JSON line per event, so that the next run can say so."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from ..layout import Layout
from ..store.durable import make_folder, sync_folder

Event = dict[str, Any]


def record(layout: Layout, event: str, **fields: Any) -> None:
    """Append one event durably."""
    line = json.dumps(
        {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **fields}, sort_keys=True
    )
    make_folder(layout.store)
    is_new = not layout.history.exists()
    descriptor = os.open(str(layout.history), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "ab") as stream:
        stream.write(line.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        sync_folder(layout.store)


def events(layout: Layout) -> list[Event]:
    """Every whole line, oldest first; a line cut by a crash does not count."""
    try:
        lines = layout.history.read_text(encoding="utf-8", errors="replace").splitlines()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return []
    parsed = (_parsed(line) for line in lines)
    return [event for event in parsed if event is not None]


def last_event(layout: Layout) -> Event | None:
    """The newest event."""
    known = events(layout)
    return known[-1] if known else None


def previous_id(layout: Layout, confirmed_id: str | None) -> str | None:
    """The generation that was confirmed before this one; None when this is the first or nobody remembers."""
    for event in reversed(events(layout)):
        # "trial" too: power may have gone after the commit and before its line here.
        if event["event"] in ("confirmed", "trial") and event.get("generation") == confirmed_id:
            previous: str | None = event.get("previous")
            if previous != confirmed_id:  # else a repair
                return previous
    return None


def knows(layout: Layout, generation_id: str) -> bool:
    """Something happened with this generation here."""
    return any(event.get("generation") == generation_id for event in events(layout))


def _parsed(line: str) -> Event | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "event" in event else None


def unfinished_business(layout: Layout, confirmed_id: str | None) -> str | None:
    """What the operator should know before the next change: the last activation did not end in a confirm."""
    event = last_event(layout)
    if event is None or event["event"] in ("confirmed", "noted"):
        return None
    if event["event"] == "trial" and event["generation"] == confirmed_id != event["previous"]:
        return None  # power went after the commit and before its line here
    where = "the host is on {}".format(event.get("previous") or "no generation")
    if event["event"] == "trial":
        return "generation {} of {} was on trial when the host restarted and is gone; {}".format(
            event["generation"], event["time"], where
        )
    return "generation {} of {} ended {}: {}; {}".format(
        event["generation"], event["time"], event["event"], event.get("reason", "no reason recorded"), where
    )


def note(layout: Layout, unfinished: str | None) -> None:
    """Remember that an operator has seen it, so that the next run is quiet."""
    if unfinished:
        record(layout, "noted", reason=unfinished)
