# SPDX-License-Identifier: GPL-3.0-or-later
"""What happened to a host, one JSON line per event, so that the next run can say so."""

from __future__ import annotations

import json
import os
import time
from typing import Any

from .layout import Layout

Event = dict[str, Any]


def record(layout: Layout, event: str, **fields: Any) -> None:
    """Append one event durably."""
    line = json.dumps(
        {"time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "event": event, **fields}, sort_keys=True
    )
    layout.store.mkdir(mode=0o755, parents=True, exist_ok=True)
    descriptor = os.open(str(layout.history), os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "ab") as stream:
        stream.write(line.encode() + b"\n")
        stream.flush()
        os.fsync(stream.fileno())


def last_event(layout: Layout) -> Event | None:
    """The newest whole line; a line cut by a crash does not count."""
    try:
        lines = layout.history.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    for line in reversed(lines):
        try:
            event: Event = json.loads(line)
        except ValueError:
            continue
        return event
    return None


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
    """Remember that an operator was told, so that the next run is quiet."""
    if unfinished:
        record(layout, "noted", reason=unfinished)
