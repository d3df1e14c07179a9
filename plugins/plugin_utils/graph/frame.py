# SPDX-License-Identifier: GPL-3.0-or-later
"""A place as a frame: a heading and a grid of cards. Lengths are CSS pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from .card import NAME_HEIGHT, PADDING, WIDTH, Card, broken, card, joined
from .graph import Box, Place

GAP = 18
#: Letters of a heading per pixel of its frame.
_NAME_LETTERS_PER_PIXEL = 0.105
_DETAIL_LETTERS_PER_PIXEL = 0.135


@dataclass(frozen=True, slots=True)
class Frame:
    """A place at a position, with its cards row by row."""

    place: Place
    x: float
    y: float
    width: float
    rows: tuple[tuple[Card, ...], ...]

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return lowest(self.rows[-1]) + GAP if self.rows else self.y + _heading_height(self.place, self.width)

    @property
    def heading(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Lines of the name and of the detail."""
        return _heading(self.place, self.width)

    @property
    def cards(self) -> Iterator[Card]:
        return (one for row in self.rows for one in row)

    def lowered(self, down: float) -> Frame:
        """This frame with its cards, further down."""
        rows = tuple(tuple(one.at(one.x, one.y + down) for one in row) for row in self.rows)
        return replace(self, y=self.y + down, rows=rows)


def frame(place: Place, x: float, y: float, columns: int) -> Frame:
    """``place`` with its upper left corner at a position, as wide as ``columns`` cards."""
    width = columns * (WIDTH + GAP) + GAP
    rows: list[tuple[Card, ...]] = []
    top = y + _heading_height(place, width)
    for boxes in _rows(place.boxes, columns):
        cards = enumerate(card(box) for box in boxes)
        rows.append(tuple(one.at(x + GAP + number * (WIDTH + GAP), top) for number, one in cards))
        top = lowest(rows[-1]) + GAP
    return Frame(place, x, y, width, tuple(rows))


def lowest(row: tuple[Card, ...]) -> float:
    """Where the tallest card of a row ends."""
    return max(one.bottom for one in row)


def _rows(boxes: tuple[Box, ...], columns: int) -> Iterator[tuple[Box, ...]]:
    return (boxes[start : start + columns] for start in range(0, len(boxes), columns))


def _heading(place: Place, width: float) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names = broken(place.name, int(width * _NAME_LETTERS_PER_PIXEL))
    return names, joined(place.details, int(width * _DETAIL_LETTERS_PER_PIXEL))


def _heading_height(place: Place, width: float) -> float:
    return 2 * PADDING + NAME_HEIGHT * sum(len(lines) for lines in _heading(place, width)) + 4
