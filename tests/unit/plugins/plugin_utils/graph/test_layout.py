# SPDX-License-Identifier: GPL-3.0-or-later
"""A picture has room for everything in it: cards for their lines, frames for their cards, all within the margins."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.card import PADDING, WIDTH, card
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.graph import Box, Graph, Kind, Place
from ansible_collections.fractalops.infra.plugins.plugin_utils.graph.layout import Picture, picture

MARGIN = 12


def box(number: int = 0, **more: tuple[str, ...]) -> Box:
    return Box(f"box-{number}", Kind.LXC, f"box {number}", **{"details": ("role",), **more})


def places(*counts: int) -> tuple[Place, ...]:
    return tuple(
        Place(f"place-{place}", f"place {place}", ("node",), tuple(box(number) for number in range(count)))
        for place, count in enumerate(counts)
    )


def drawn(hosts: tuple[int, ...], shared: tuple[int, ...] = (), clusters: tuple[int, ...] = ()) -> Picture:
    return picture(Graph("lab", places(*hosts), places(*shared), places(*clusters), ()))


@pytest.mark.parametrize(("entries", "lines"), [(0, 0), (1, 1), (8, 8), (9, 8), (20, 8)])
def test_a_card_is_as_high_as_its_lines(entries: int, lines: int) -> None:
    made = card(box(entries=tuple(f"entry {number}" for number in range(entries))))
    assert (len(made.entries), made.height) == (lines, 2 * PADDING + 18 + 16 * (1 + lines) - 4)
    assert made.at(5, 7).bottom == 7 + made.height
    assert made.at(5, 7).right == 5 + WIDTH


@pytest.mark.parametrize("entries", [9, 12])
def test_a_long_list_ends_with_how_many_are_left_out(entries: int) -> None:
    made = card(box(entries=tuple(f"entry {number}" for number in range(entries))))
    assert made.entries[-2:] == ("• entry 6", f"and {entries - 7} more")


@pytest.mark.parametrize("columns", [((1,),), ((9, 1), (2,), (3, 4)), ((1,), (12,), (1,)), ((2,), (), (40,))])
def test_everything_stands_within_the_margins_and_as_close_to_them_as_it_can(
    columns: tuple[tuple[int, ...], ...],
) -> None:
    made = drawn(*columns)
    assert min(frame.x for frame in made.frames) == MARGIN
    assert max(frame.right for frame in made.frames) == made.width - MARGIN
    assert min(frame.y for frame in made.frames) == MARGIN
    assert max(frame.bottom for frame in made.frames) == made.height - MARGIN


@pytest.mark.parametrize("columns", [((12,), (1,)), ((1,), (30,)), ((1, 1), (30,), (4,))])
def test_every_column_starts_at_the_top_of_the_picture(columns: tuple[tuple[int, ...], ...]) -> None:
    made = drawn(*columns)
    highest = {frame.x: min(one.y for one in made.frames if one.x == frame.x) for frame in made.frames}
    assert set(highest.values()) == {MARGIN}
    assert len(highest) == len(columns)


def test_no_two_frames_overlap() -> None:
    frames = drawn((3, 2), (2, 1), (5, 1)).frames
    for number, one in enumerate(frames):
        for other in frames[number + 1 :]:
            assert one.right <= other.x or other.right <= one.x or one.bottom <= other.y or other.bottom <= one.y
