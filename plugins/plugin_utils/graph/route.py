# SPDX-License-Identifier: GPL-3.0-or-later
"""How links run: from a card through the gap below its row to the edge of its frame, then in a curve to the middle.

So no link hides behind a card, and links of one row run together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from .card import WIDTH, Card
from .frame import GAP, Frame, lowest
from .graph import Link

Point = tuple[float, float]
_BEND = 70
#: How far a link within the middle column bends out: the further it goes, so that they do not lie on each other.
_LEAST_BOW, _BOW_PER_PIXEL, _MOST_BOW = 30, 0.09, 150


class Side(Enum):
    """The side of the middle column on which a link arrives."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Route:
    """A link with its way, as the ``d`` of an SVG path."""

    link: Link
    way: str
    starts_at_target: bool
    """The way is drawn against the direction of the link."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A link before its port is known: the points it has outside the middle column, and where it arrives."""

    link: Link
    points: tuple[Point, ...]
    card: Card
    side: Side
    starts_at_target: bool


def routes(
    links: Iterable[Link], left: tuple[Frame, ...], middle: tuple[Frame, ...], right: tuple[Frame, ...]
) -> tuple[Route, ...]:
    """One route per link, in the order of the links; a link that leaves both ends outside the middle has none."""
    exits = {**_exits(left, Side.LEFT), **_exits(right, Side.RIGHT)}
    shared = {card.box.id: card for frame in middle for card in frame.cards}
    runs = [run for link in links for run in _run(link, exits, shared)]
    ports = _ports(runs)
    return tuple(Route(run.link, _way(run, ports[run.link]), run.starts_at_target) for run in runs)


def _exits(frames: tuple[Frame, ...], side: Side) -> dict[str, tuple[Side, tuple[Point, ...]]]:
    """By box: the points from its card to the edge of its frame that faces the middle."""
    return {
        card.box.id: (side, _exit(frame, row, card, side)) for frame in frames for row in frame.rows for card in row
    }


def _exit(frame: Frame, row: tuple[Card, ...], card: Card, side: Side) -> tuple[Point, ...]:
    edge = frame.right if side is Side.LEFT else frame.x
    if card is (row[-1] if side is Side.LEFT else row[0]):
        level = card.y + card.height / 2
        return (card.right if side is Side.LEFT else card.x, level), (edge, level)
    lane = lowest(row) + GAP / 2
    return (card.x + WIDTH / 2, card.bottom), (card.x + WIDTH / 2, lane), (edge, lane)


def _run(link: Link, exits: dict[str, tuple[Side, tuple[Point, ...]]], shared: dict[str, Card]) -> Iterator[_Run]:
    if link.source in exits and link.target in shared:
        side, points = exits[link.source]
        yield _Run(link, points, shared[link.target], side, starts_at_target=False)
    elif link.source in shared and link.target in exits:
        side, points = exits[link.target]
        yield _Run(link, points, shared[link.source], side, starts_at_target=True)
    elif link.source in shared and link.target in shared:
        start = shared[link.source]
        points = ((start.right, start.y + start.height / 2),)
        yield _Run(link, points, shared[link.target], Side.RIGHT, starts_at_target=False)


def _ports(runs: list[_Run]) -> dict[Link, float]:
    """Height at which each link arrives: spread over the side of the card, in the order they come from above."""
    arriving: dict[tuple[str, Side], list[_Run]] = defaultdict(list)
    for run in runs:
        arriving[run.card.box.id, run.side].append(run)
    ports = {}
    for same in arriving.values():
        same.sort(key=lambda run: run.points[-1][1])
        for number, run in enumerate(same, 1):
            ports[run.link] = run.card.y + run.card.height * number / (len(same) + 1)
    return ports


def _way(run: _Run, port: float) -> str:
    x, y = run.points[-1]
    end = run.card.x if run.side is Side.LEFT else run.card.right
    if len(run.points) == 1:
        bow = min(_LEAST_BOW + _BOW_PER_PIXEL * abs(port - y), _MOST_BOW)
        bends = (x + bow, y), (end + bow, port)
    else:
        bend = _BEND if run.side is Side.LEFT else -_BEND
        bends = (x + bend, y), (end - bend, port)
    lines = " ".join(f"L{_xy(point)}" for point in run.points[1:])
    return f"M{_xy(run.points[0])} {lines} C{' '.join(map(_xy, (*bends, (end, port))))}".replace("  ", " ")


def _xy(point: Point) -> str:
    return f"{point[0]:g},{round(point[1], 1):g}"
