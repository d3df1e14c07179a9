# SPDX-License-Identifier: GPL-3.0-or-later
"""A time that a server wrote, if it is nothing but a time."""

from __future__ import annotations

import re

_TIME = re.compile(r"[0-9TZ:.+-]{10,40}")


def time_of(text: object) -> str:
    """RFC 3339 as given, or words when it is anything else: text of a server is never repeated unread."""
    return text if isinstance(text, str) and _TIME.fullmatch(text) else "an unknown time"
