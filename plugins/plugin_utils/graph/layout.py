# SPDX-License-Identifier: GPL-3.0-or-later
"""Where everything stands in the picture: three columns of frames. Lengths are CSS pixels."""

from __future__ import annotations

from dataclasses import dataclass

from .frame import GAP, Frame, frame
from .graph import Graph, Place
from .route import Route, routes

_MARGIN = 12
#: Room for links between two columns.
_GUTTER = 170
#: Up to how many boxes a column of frames is one, two or three cards wide; beyond, it is four.
_WIDTHS = (16, 48, 120)


@dataclass(frozen=True, slots=True)
class Picture:
    """Frames and routes within a size; hosts stand left, clusters right, what they share between them."""

    graph: Graph
    width: float
    height: float
    frames: tuple[Frame, ...]
    routes: tuple[Route, ...]


def picture(graph: Graph) -> Picture:
    """The graph laid out; the same graph always gives the same picture."""
    left = _column(graph.hosts, _MARGIN, _columns(graph.hosts))
    middle = _column(graph.shared, _end(left), 1)
    right = _column(graph.clusters, _end(middle or left), _columns(graph.clusters))
    height = max(_height(column) for column in (left, middle, right)) + 2 * _MARGIN
    left, middle, right = (_lowered(column) for column in (left, middle, right))
    frames = (*left, *middle, *right)
    width = max((one.right for one in frames), default=0) + _MARGIN
    return Picture(graph, width, height, frames, routes(graph.links, left, middle, right))


def _columns(places: tuple[Place, ...]) -> int:
    boxes = sum(len(place.boxes) for place in places)
    return next((width for width, most in enumerate(_WIDTHS, 1) if boxes <= most), len(_WIDTHS) + 1)


def _column(places: tuple[Place, ...], x: float, columns: int) -> tuple[Frame, ...]:
    """Frames under each other, from the very top."""
    frames: list[Frame] = []
    for place in places:
        frames.append(frame(place, x, frames[-1].bottom + GAP if frames else 0, columns))
    return tuple(frames)


def _end(frames: tuple[Frame, ...]) -> float:
    """Where the next column starts."""
    return frames[0].right + _GUTTER if frames else _MARGIN


def _height(frames: tuple[Frame, ...]) -> float:
    return frames[-1].bottom if frames else 0


def _lowered(frames: tuple[Frame, ...]) -> tuple[Frame, ...]:
    """The column below the margin: all start at the top, where one looks first."""
    return tuple(one.lowered(_MARGIN) for one in frames)
