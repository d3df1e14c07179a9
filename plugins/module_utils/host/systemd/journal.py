# SPDX-License-Identifier: GPL-3.0-or-later
"""What units said in the journal of this host."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from typing import Any

from ..host_error import HostError
from . import systemd

Entry = dict[str, Any]
#: Of a unit, newest first: a unit that is restarted again and again fills the journal with words of systemd.
LOOKED_AT = 400
#: Of systemd's own words about a unit, notice and worse: how it ended and why it could not start, not that it starts.
TROUBLE = 5
LINE_CHARACTERS = 500
_FIELDS = ("MESSAGE", "PRIORITY", "UNIT", "INVOCATION_ID", "_SYSTEMD_INVOCATION_ID")


def invocations(units: Iterable[str]) -> set[str]:
    """The lives that units have now, by the ids systemd gives them; of none when systemd does not answer."""
    try:
        shown = systemd.show(units, ["InvocationID"])
    except HostError:
        return set()
    return {life["InvocationID"] for life in shown.values() if life.get("InvocationID")}


def last_words(unit: str, since: float, ended: Collection[str], limit: int) -> list[str]:
    """The last lines of ``unit`` in its newest life that said any, ``limit`` at the most.

    ``since`` is in seconds of the wall clock; ``ended`` are invocations that do not count, because they were stopped
    to make room for a new one. When the program said nothing in any life, what systemd said of its trouble counts.
    """
    entries = [entry for entry in _entries(unit, since) if _life(entry) not in ended]
    program = [entry for entry in entries if not _is_of_systemd(entry)]
    trouble = [entry for entry in entries if _is_of_systemd(entry) and int(entry.get("PRIORITY", 6)) <= TROUBLE]
    said = program or trouble
    newest = [entry for entry in said if _life(entry) == _life(said[0])]
    lines = [line for entry in reversed(newest) for line in _text(entry).splitlines() if line.strip()]
    return [line[:LINE_CHARACTERS] for line in lines[-limit:]]


def _entries(unit: str, since: float) -> list[Entry]:
    """Newest first. A process that systemd starts speaks of its unit before it is in the unit's control group."""
    systemd.call(["journalctl", "--sync"])
    # Backwards: with --since alone, journalctl of systemd 252 counts its --lines from the beginning.
    backwards = ["--reverse", f"--lines={LOOKED_AT}", f"--since=@{int(since)}"]
    how = ["--no-pager", "--quiet", "--output=json", "--all", "--output-fields=" + ",".join(_FIELDS)]
    said = systemd.call(["journalctl", *how, *backwards, "_SYSTEMD_UNIT=" + unit, "+", "UNIT=" + unit]).stdout
    return [json.loads(line) for line in said.splitlines()]


def _is_of_systemd(entry: Entry) -> bool:
    return "UNIT" in entry


def _life(entry: Entry) -> str:
    return str(entry.get("INVOCATION_ID") or entry.get("_SYSTEMD_INVOCATION_ID"))


def _text(entry: Entry) -> str:
    """What is no UTF-8 comes as a list of bytes."""
    message = entry.get("MESSAGE") or ""
    return bytes(message).decode(errors="replace") if isinstance(message, list) else str(message)
