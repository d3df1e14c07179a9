# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a URL stays on the machine that asks."""

from __future__ import annotations

import re

#: The topology knows no other spelling of this machine, and IPv6 only where health is asked by TCP. A pattern, since
#: several rules ask it of every URL there is, and taking each apart took as long as all other rules together.
_LOOPBACK = re.compile(r"https?://(?:127\.0\.0\.1|localhost|\[::1\])(?![A-Za-z0-9.-])", re.IGNORECASE)


def is_loopback(url: str) -> bool:
    """The host of ``url`` is this machine."""
    return _LOOPBACK.match(url) is not None
