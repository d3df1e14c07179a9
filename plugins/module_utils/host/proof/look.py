# SPDX-License-Identifier: GPL-3.0-or-later
"""A way to look whether a directive is in force.

It gets the lines of the directive, the last one first in rank, and says what is wrong, or None. A program may give up
more than it was told to, but cannot get back what the kernel took from it: so a proof is about what was taken.
"""

from __future__ import annotations

import re
from typing import Callable, Optional

from .subject import Subject

Look = Callable[[Subject, list[str]], Optional[str]]

_OFF = ("", "no", "false", "off", "0")
#: No limit at all; cgroup v1 writes it as the largest number of whole pages.
UNLIMITED = 1 << 62


def is_on(lines: list[str]) -> bool:
    """The last line counts."""
    return lines[-1].lower() not in _OFF


def when_on(*looks: Look) -> Look:
    """What the first of these finds, when the directive is not turned off."""

    def look(subject: Subject, lines: list[str]) -> str | None:
        if not is_on(lines):
            return None
        return next(filter(None, (one(subject, lines) for one in looks)), None)

    return look


def own(kind: str) -> Look:
    """A namespace of its own."""
    return lambda subject, _lines: subject.shared(kind)


def words(lines: list[str]) -> list[str]:
    """Words of lines that add to each other: an empty one takes back those before."""
    found: list[str] = []
    for line in lines:
        found = [*found, *line.split()] if line else []
    return found


def amount(text: str) -> int | None:
    """A number of bytes or of things; None of one that depends on the machine, such as a percentage."""
    if text == "infinity":
        return UNLIMITED
    size = re.fullmatch(r"(\d+)([KMGT]?)", text)
    return int(size[1]) * 1024 ** " KMGT".index(size[2] or " ") if size else None
