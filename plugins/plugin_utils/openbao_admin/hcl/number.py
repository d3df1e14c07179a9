# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers as Go reads them, which is where OpenBao leaves them."""

from __future__ import annotations

import math
import re

_DECIMAL = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(
    r"(?P<sign>[+-]?)(?:0[xX](?P<hexadecimal>(?:_?[0-9a-fA-F])+)|0[bB](?P<binary>(?:_?[01])+)"
    r"|0[oO]?(?P<octal>(?:_?[0-7])+)|(?P<decimal>0|[1-9](?:_?[0-9])*))"
)
_BASES = {"hexadecimal": 16, "binary": 2, "octal": 8, "decimal": 10}
_PLAIN = re.compile(r"[+-]?[0-9]+")
_LIMIT = 2**63


def whole(text: str) -> int:
    """A number in 64 bits, its base by its prefix. Raises ValueError."""
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise ValueError("no whole number")
    base = str(match.lastgroup)
    return _in_range(int(match["sign"] + match[base].replace("_", ""), _BASES[base]))


def plain(text: str) -> int:
    """A number in 64 bits, in decimal whatever its zeros. Raises ValueError."""
    if not _PLAIN.fullmatch(text):
        raise ValueError("no whole number")
    return _in_range(int(text))


def fraction(text: str) -> float:
    """A finite number. Raises ValueError."""
    if not _DECIMAL.fullmatch(text) or math.isinf(float(text)):
        raise ValueError("no number")
    return float(text)


def _in_range(number: int) -> int:
    if not -_LIMIT <= number < _LIMIT:
        raise ValueError("more than 64 bits")
    return number
