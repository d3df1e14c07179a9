# SPDX-License-Identifier: GPL-3.0-or-later
"""A search for secrets in what is emitted, plain or under layers of base64."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

SHAPES = {
    "private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
    "OpenBao token": re.compile(r"\b(?:hv)?[sbr]\.[A-Za-z0-9_-]{20,}"),
    "cloud access key": re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"),
    "forge token": re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{22,}|glpat-[\w-]{20})"),
    "age key": re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{50,}"),
    "JSON web token": re.compile(r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
    "password in a URL": re.compile(r"[a-z]+://[^/\s:@]+:[^/\s:@]+@"),
}
ENCODED = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")


def findings(text: str, depth: int = 2) -> Iterator[str]:
    """Kinds of secrets that ``text`` shows, also below layers of base64."""
    yield from (name for name, shape in SHAPES.items() if shape.search(text))
    if depth:
        for found in ENCODED.findall(text):
            yield from findings(decoded(found), depth - 1)


def decoded(text: str) -> str:
    try:
        raw = base64.urlsafe_b64decode(
            text.replace("+", "-").replace("/", "_").rstrip("=") + "=" * (-len(text.rstrip("=")) % 4)
        )
    except (binascii.Error, ValueError):
        return ""
    return raw.decode("utf-8", "replace")
