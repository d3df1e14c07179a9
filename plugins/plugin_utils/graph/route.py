# SPDX-License-Identifier: GPL-3.0-or-later
"""How links run: from a card through the gap below its row to the edge of its frame, then in a curve to the middle.

So no link hides behind a card. Links of one card leave it beside each other, and so do links of one row its frame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
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


@dataclass(frozen=True, slots=True)
class _Outer:
    """A card outside the middle, with its row."""

    card: Card
    row: tuple[Card, ...]
    frame: Frame
    side: Side

    @property
    def is_at_the_edge(self) -> bool:
        """Nothing stands between it and the middle."""
        return self.card is (self.row[-1] if self.side is Side.LEFT else self.row[0])

    @property
    def lane(self) -> tuple[str, float]:
        """What its links share with those of its row: the gap below it."""
        return self.frame.place.id, lowest(self.row)


def routes(
    links: Iterable[Link], left: tuple[Frame, ...], middle: tuple[Frame, ...], right: tuple[Frame, ...]
) -> tuple[Route, ...]:
    """One route per link, in the order of the links; a link that leaves both ends outside the middle has none."""
    outer = {**_outer(left, Side.LEFT), **_outer(right, Side.RIGHT)}
    shared = {card.box.id: card for frame in middle for card in frame.cards}
    exits = _exits(links, outer, shared)
    runs = [run for link in links for run in _run(link, exits, shared)]
    ports = _ports(runs)
    return tuple(Route(run.link, _way(run, ports[run.link]), run.starts_at_target) for run in runs)


def _outer(frames: tuple[Frame, ...], side: Side) -> dict[str, _Outer]:
    return {card.box.id: _Outer(card, row, frame, side) for frame in frames for row in frame.rows for card in row}


def _exits(
    links: Iterable[Link], outer: Mapping[str, _Outer], shared: Mapping[str, Card]
) -> dict[Link, tuple[_Outer, tuple[Point, ...]]]:
    """By link: its card outside the middle, and the points from there to the edge of the frame."""
    ends = {}
    for link in links:
        for one, other in ((link.source, link.target), (link.target, link.source)):
            if one in outer and other in shared:
                ends[link] = (outer[one], shared[other].y)
    by_height = sorted(ends, key=lambda link: ends[link][1])
    of_card = _shares(by_height, lambda link: ends[link][0].card.box.id)
    of_lane = _shares([link for link in by_height if not ends[link][0].is_at_the_edge], lambda link: ends[link][0].lane)
    return {link: (end, _exit(end, of_card[link], of_lane.get(link, 0))) for link, (end, _y) in ends.items()}


def _shares(links: Iterable[Link], key: Callable[[Link], Hashable]) -> dict[Link, float]:
    """Where each link leaves what it shares with others: a part of the whole, between 0 and 1."""
    groups: dict[Hashable, list[Link]] = defaultdict(list)
    for link in links:
        groups[key(link)].append(link)
    return {link: number / (len(same) + 1) for same in groups.values() for number, link in enumerate(same, 1)}


def _exit(end: _Outer, of_card: float, of_lane: float) -> tuple[Point, ...]:
    card, edge = end.card, end.frame.right if end.side is Side.LEFT else end.frame.x
    if end.is_at_the_edge:
        level = card.y + card.height * of_card
        return (card.right if end.side is Side.LEFT else card.x, level), (edge, level)
    lane, x = lowest(end.row) + GAP * of_lane, card.x + WIDTH * of_card
    return (x, card.bottom), (x, lane), (edge, lane)


def _run(
    link: Link, exits: Mapping[Link, tuple[_Outer, tuple[Point, ...]]], shared: Mapping[str, Card]
) -> Iterator[_Run]:
    if link in exits:
        end, points = exits[link]
        starts_at_target = end.card.box.id == link.target
        yield _Run(link, points, shared[link.source if starts_at_target else link.target], end.side, starts_at_target)
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
    return f"{round(point[0], 1):g},{round(point[1], 1):g}"
