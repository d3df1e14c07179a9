# SPDX-License-Identifier: GPL-3.0-or-later
"""A moment: RFC 3339 as Go reads it, or seconds since 1970."""

from __future__ import annotations

import calendar
import re

from ..hcl import number

_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{1,2}):([0-9]{2}):([0-9]{2})(?:[.,][0-9]+)?"
    r"(?:Z|([+-])([0-9]{2}):([0-9]{2}))"
)


def seconds(text: str) -> int:
    """Since 1970, without fractions. Raises ValueError."""
    match = _RFC3339.fullmatch(text)
    if match is None:
        return number.plain(text)
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    hours, minutes = int(match[8] or 0), int(match[9] or 0)
    # Python has no year 0. It is a leap year and long ago, and so is the year 4.
    year = year or 4
    is_day = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    if not is_day or hour > 23 or minute > 59 or second > 59 or hours > 24 or minutes > 60:
        raise ValueError("no such moment")
    offset = (hours * 60 + minutes) * 60 * (-1 if match[7] == "-" else 1)
    return calendar.timegm((year, month, day, hour, minute, second)) - offset
