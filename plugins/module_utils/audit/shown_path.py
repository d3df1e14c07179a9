# SPDX-License-Identifier: GPL-3.0-or-later
"""A path as text to print: plain characters, and ``***`` where it holds a secret itself."""

from __future__ import annotations

from .detector import Detector

MASK = "***"


def shown_path(detector: Detector, path: bytes) -> str:
    """``path`` for people. A name can be any bytes, and a secret can stand in a name."""
    parts = [MASK if detector.has(part) else _plain(part) for part in path.split(b"/")]
    return MASK if MASK not in parts and detector.has(path) else "/".join(parts)


def _plain(part: bytes) -> str:
    text = part.decode("utf-8", "backslashreplace")
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)
