# SPDX-License-Identifier: GPL-3.0-or-later
"""What a secret written in plain text looks like."""

from __future__ import annotations

import re

#: Name of each kind of secret, and the pattern that gives it away.
PATTERNS: dict[str, str] = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY",
    "an OpenBao token": r"(?<![A-Za-z0-9._-])(?:hv[sbr]|[sbr])\.[A-Za-z0-9_-]{20,}(?![A-Za-z0-9._-])",
    "an AWS access key": r"(?<![A-Z0-9])A(?:KIA|SIA)[0-9A-Z]{16}(?![A-Z0-9])",
    "an age key": r"AGE-SECRET-KEY-1[0-9A-Z]{20,}",
    "a GitHub token": r"(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
    "a Slack token": r"xox[abeoprs]-[A-Za-z0-9-]{10,}",
    "a signed token": r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.",
    "a URL with a password": r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^/\s:@\"']{0,255}:[^/\s@\"']{1,255}@",
}
_NAMES = tuple(PATTERNS)
_ANY = re.compile("|".join(f"({pattern})" for pattern in PATTERNS.values()))


def secret_name(text: str) -> str | None:
    """What kind of secret ``text`` contains, or None."""
    found = _ANY.search(text)
    return _NAMES[found.lastindex - 1] if found and found.lastindex else None
