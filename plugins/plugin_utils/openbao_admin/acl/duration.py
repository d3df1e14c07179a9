# SPDX-License-Identifier: GPL-3.0-or-later
"""Durations as Go and OpenBao write them: ``90``, ``"1h30m"``, ``"7d"``."""

from __future__ import annotations

import math
import re
from fractions import Fraction

from ..hcl import number

_NANOSECONDS = {
    "ns": 1,
    "us": 10**3,
    "\u00b5s": 10**3,
    "\u03bcs": 10**3,
    "ms": 10**6,
    "s": 10**9,
    "m": 60 * 10**9,
    "h": 3600 * 10**9,
    "d": 24 * 3600 * 10**9,
}
_TERM = re.compile(r"(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?P<unit>[^0-9.]+)")
_LIMIT = 2**63


def nanoseconds(value: object) -> int:
    """Of a number of seconds, or of a text with units. Raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("no duration")
    if not isinstance(value, str):
        return _in_range(math.trunc(value) * _NANOSECONDS["s"])
    if re.fullmatch(r"[+-]?[0-9]+d?", value):
        return _in_range(number.plain(value.removesuffix("d")) * _NANOSECONDS["d" if value.endswith("d") else "s"])
    return _in_range(_sum(value)) if value else 0


def _sum(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    rest = text[1:] if text[0] in "+-" else text
    terms = list(_TERM.finditer(rest))
    if not terms or "".join(term[0] for term in terms) != rest:
        raise ValueError("no duration")
    return sign * sum(_term(term) for term in terms)


def _term(term: re.Match[str]) -> int:
    unit = _NANOSECONDS.get(term["unit"])
    if unit is None or term["unit"] == "d":
        raise ValueError("no unit of time")
    return math.floor(Fraction(f"0{term['number']}") * unit)


def _in_range(found: int) -> int:
    if not -_LIMIT <= found < _LIMIT:
        raise ValueError("longer than 292 years")
    return found
