# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms of text that people, files and logs have in common: ids, lines, times."""

from __future__ import annotations

import datetime as dt
import re

#: Of an asset or cluster; a label of RFC 1123.
ID = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ID = re.compile(ID)
_LINE = re.compile(r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]{1,512}")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def is_id(text: object) -> bool:
    """``text`` can be the id of an asset or cluster."""
    return isinstance(text, str) and _ID.fullmatch(text) is not None


def is_line(text: object) -> bool:
    """``text`` is one line, not empty, at most 512 characters, none of them a control character."""
    return isinstance(text, str) and _LINE.fullmatch(text) is not None


def time_text(time: dt.datetime) -> str:
    """An aware ``time`` in UTC, such as 2027-03-01T22:15:00Z; the fraction of a second is cut off."""
    return time.astimezone(dt.UTC).strftime(_TIME)


def time_of(text: str) -> dt.datetime:
    """The time that ``time_text`` wrote. Raises ValueError."""
    return dt.datetime.strptime(text, _TIME).replace(tzinfo=dt.UTC)
