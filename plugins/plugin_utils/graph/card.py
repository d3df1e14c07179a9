# SPDX-License-Identifier: GPL-3.0-or-later
"""A box as a card: its lines of text, and how much room they take. Lengths are CSS pixels."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from .graph import Box

WIDTH = 216
PADDING = 11
NAME_HEIGHT = 18
LINE_HEIGHT = 16
#: Letters that fit on a line, of names in bold 14 px and of other lines in 12 px; wide ones included.
_NAME_LETTERS = 23
_LINE_LETTERS = 30
_MOST_ENTRIES = 8


@dataclass(frozen=True, slots=True)
class Card:
    """A box with its text broken into lines, at a position."""

    box: Box
    names: tuple[str, ...]
    details: tuple[str, ...]
    entries: tuple[str, ...]
    x: float = 0
    y: float = 0

    @property
    def height(self) -> float:
        lines = len(self.details) + len(self.entries)
        return 2 * PADDING + NAME_HEIGHT * len(self.names) + LINE_HEIGHT * lines - 4

    @property
    def right(self) -> float:
        return self.x + WIDTH

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def at(self, x: float, y: float) -> Card:
        """This card at a position."""
        return replace(self, x=x, y=y)


def card(box: Box) -> Card:
    """The card of ``box``; nothing is cut off, except that long lists end with a count."""
    return Card(
        box,
        names=broken(box.name, _NAME_LETTERS),
        details=joined(box.details, _LINE_LETTERS),
        entries=tuple(line for entry in _entries(box) for line in broken(entry, _LINE_LETTERS)),
    )


def _entries(box: Box) -> tuple[str, ...]:
    shown = box.entries if len(box.entries) <= _MOST_ENTRIES else box.entries[: _MOST_ENTRIES - 1]
    rest = len(box.entries) - len(shown)
    return (*(f"• {entry}" for entry in shown), *((f"and {rest} more",) if rest else ()))


def broken(text: str, letters: int) -> tuple[str, ...]:
    """``text`` in lines, broken after a space, - . or / where there is one, otherwise anywhere."""
    lines = [""]
    for word in re.findall(rf"[^ ./-]{{1,{letters - 1}}}[ ./-]?|[ ./-]", text):
        if len(lines[-1] + word.rstrip()) > letters:
            lines.append("")
        lines[-1] += word
    return tuple(line.strip() for line in lines if line.strip())


def joined(texts: tuple[str, ...], letters: int) -> tuple[str, ...]:
    """All on one line when they fit, otherwise each on lines of its own."""
    line = " · ".join(texts)
    return (
        broken(line, letters)
        if len(line) <= letters
        else tuple(part for text in texts for part in broken(text, letters))
    )
