# SPDX-License-Identifier: GPL-3.0-or-later
"""Capabilities, by the set that bounds all that the process can ever get."""

from __future__ import annotations

from . import capability
from .look import Look, words
from .subject import Subject


def without(*names: str) -> Look:
    """These are not in the bounding set."""
    unwanted = capability.bits(f"CAP_{name}" for name in names)
    return lambda subject, _lines: _told(_bounding_set(subject) & unwanted)


def bounded(subject: Subject, lines: list[str]) -> str | None:
    """``CapabilityBoundingSet=``."""
    return _told(_bounding_set(subject) & ~capability.declared(lines))


def ambient(subject: Subject, lines: list[str]) -> str | None:
    """``AmbientCapabilities=``: a program may give them up, but needs them in its bounding set."""
    listed = capability.bits(word for word in words(lines) if not word.startswith("~"))
    absent = listed & ~_bounding_set(subject)
    return f"the process cannot have {capability.names(absent)}" if absent else None


def _bounding_set(subject: Subject) -> int:
    return int(subject.process.status["CapBnd"], 16)


def _told(left: int) -> str | None:
    return f"the process may still get {capability.names(left)}" if left else None
