# SPDX-License-Identifier: GPL-3.0-or-later
"""Calendar events of systemd, as far as one can see that they never come.

Source: systemd.time(7), calendar events. What is not understood here is left to systemd.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from itertools import product

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DATE = re.compile(r"(?:([0-9*.,/]+)-)?([0-9*.,/]+)([-~])([0-9*.,/]+)")
_TIME = re.compile(r"([0-9*.,/]+):([0-9*.,/]+)(?::([0-9*.,/]+))?")
#: Any year is this leap year, which has all days that any year has.
_ANY_YEAR = 2000


def never_comes(event: str) -> bool:
    """No day or no time of day is as ``event`` says, such as 2026-02-29 and 25:00."""
    words = event.split()
    dates = [found for found in map(_DATE.fullmatch, words) if found]
    times = [found for found in map(_TIME.fullmatch, words) if found]
    days = _weekdays(words[0]) if words else None
    return not all(_has_day(found, days) for found in dates) or not all(map(_has_time, times))


def _has_day(found: re.Match[str], weekdays: set[int] | None) -> bool:
    years = {_ANY_YEAR} if found[1] in (None, "*") else _numbers(found[1], 0, 9999)
    months, days = _numbers(found[2], 1, 12), _numbers(found[4], 1, 31)
    if years is None or months is None or days is None:
        return True
    if found[3] == "~":
        return bool(years and months and days)
    known = weekdays if years != {_ANY_YEAR} else None
    return any(_is_day(_whole(year), month, day, known) for year, month, day in product(years, months, days))


def _is_day(year: int, month: int, day: int, weekdays: set[int] | None) -> bool:
    is_there = day <= monthrange(year, month)[1]
    return is_there and (weekdays is None or date(year, month, day).weekday() in weekdays)


def _has_time(found: re.Match[str]) -> bool:
    ranges = ((found[1], 23), (found[2], 59), ((found[3] or "0").partition(".")[0] or "*", 59))
    return all(_numbers(text, 0, most) != set() for text, most in ranges)


def _numbers(text: str, least: int, most: int) -> set[int] | None:
    """The numbers between ``least`` and ``most`` that ``text`` stands for; None when it is not understood."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|[0-9]{1,4})(?:\.\.([0-9]{1,4}))?(?:/([0-9]{1,4}))?", part)
        if match is None or match[3] == "0":
            return None
        first = least if match[1] == "*" else int(match[1])
        last = most if match[1] == "*" or match[3] else first
        found.update(range(first, int(match[2] or last) + 1, int(match[3] or 1)))
    return {number for number in found if least <= number <= most}


def _whole(year: int) -> int:
    """A year of two digits is one of 1970 to 2069."""
    return year + (2000 if year < 70 else 1900) if year < 100 else year


def _weekdays(word: str) -> set[int] | None:
    """The days of the week that ``word`` names; None when it names none."""
    found: set[int] = set()
    for part in word.lower().rstrip(",").split(","):
        first, _dots, last = part.partition("..")
        if first[:3] not in _DAYS or (last and last[:3] not in _DAYS) or not part.replace("..", "").isalpha():
            return None
        start, end = _DAYS.index(first[:3]), _DAYS.index((last or first)[:3])
        found.update(number % 7 for number in range(start, (end if end >= start else end + 7) + 1))
    return found
