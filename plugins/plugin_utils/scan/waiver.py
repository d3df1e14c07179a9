# SPDX-License-Identifier: GPL-3.0-or-later
"""An accepted finding: where, which rule, why, and until when."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from ..errors import InfraError

_REQUIRED = ("path", "rule", "reason", "expires")
_KNOWN = frozenset({*_REQUIRED, "host"})
#: Python also reads other forms of ISO 8601, such as the week in 2026-W05-6.
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_GLOB_PARTS = re.compile(r"\*\*|\*|\?|[^*?]+")
_GLOB_MEANINGS = {"**": ".*", "*": "[^/]*", "?": "[^/]"}


class WaiverError(InfraError):
    """Invalid waivers; carries every reason."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file of waivers; ``line`` and ``column`` count from 1, 0 is the file as a whole."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file


@dataclass(frozen=True, slots=True)
class Waiver:
    """``path`` is a glob: ``*`` stays inside a folder, ``**`` does not. It holds through the day ``expires``."""

    path: str
    rule: str
    reason: str
    expires: dt.date
    host: str
    origin: Place

    def covers(self, path: str, rule: str) -> bool:
        """The finding is meant, whether or not the waiver still holds."""
        return rule == self.rule and _expression(self.path).fullmatch(path) is not None

    def is_for(self, host: str) -> bool:
        """It is about findings on ``host``."""
        return fnmatchcase(host, self.host)

    def is_expired(self, today: dt.date) -> bool:
        """It holds no longer."""
        return today > self.expires


#: Where an item of a list of waivers stands.
Origin = Callable[[int], Place]


def parse_waivers(items: Sequence[Any], origin: Origin, rules: Collection[str]) -> tuple[Waiver, ...]:
    """The waivers of a list of mappings, of findings by ``rules``. Raises WaiverError with every reason."""
    reasons = [reason for number, item in enumerate(items) for reason in _objections(str(origin(number)), item, rules)]
    if reasons:
        raise WaiverError("\n".join(reasons))
    return tuple(_waiver(item, origin(number)) for number, item in enumerate(items))


def _waiver(item: Any, origin: Place) -> Waiver:
    return Waiver(
        path=str(item["path"]),
        rule=str(item["rule"]),
        reason=str(item["reason"]).strip(),
        expires=dt.date.fromisoformat(item["expires"]),
        host=str(item.get("host", "*")),
        origin=origin,
    )


def _objections(where: str, item: Any, rules: Collection[str]) -> list[str]:
    """All that is wrong with one waiver."""
    if not isinstance(item, dict):
        return [f"{where}: not a mapping; write {', '.join(_REQUIRED)} and, if it is for some hosts only, host"]
    found = [f"{where}: {key} is missing; write it" for key in _REQUIRED if not item.get(key)]
    found += [
        f"{where}: unknown key {key!r}; known are {', '.join(sorted(_KNOWN))}" for key in sorted(set(item) - _KNOWN)
    ]
    found += [f"{where}: {key} is not text; quote it" for key, value in item.items() if not isinstance(value, str)]
    if not found and item["rule"] not in rules:
        found.append(f"{where}: rule {item['rule']!r} does not exist; known are {', '.join(sorted(rules))}")
    if not found and not _is_date(item["expires"]):
        found.append(f"{where}: expires is not a date; write it as YYYY-MM-DD")
    return found


def _is_date(text: str) -> bool:
    try:
        return _DATE.fullmatch(text) is not None and bool(dt.date.fromisoformat(text))
    except ValueError:
        return False


def _expression(glob: str) -> re.Pattern[str]:
    return re.compile(
        "".join(_GLOB_MEANINGS.get(part, re.escape(part)) for part in _GLOB_PARTS.findall(glob)), re.DOTALL
    )
