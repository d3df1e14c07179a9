# SPDX-License-Identifier: GPL-3.0-or-later
"""The pixels of a screenshot, by the standard library alone. Source: https://www.w3.org/TR/png-3/ (chunks, filters)."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True)
class Screenshot:
    """Rows of pixels as bytes, without alpha being looked at."""

    width: int
    channels: int
    rows: tuple[bytes, ...]

    def colours(self) -> Counter[Colour]:
        """How often each colour occurs."""
        found: Counter[bytes] = Counter()
        for row in self.rows:
            found.update(row[at : at + 3] for at in range(0, len(row), self.channels))
        return Counter({(colour[0], colour[1], colour[2]): count for colour, count in found.items()})

    def pixel(self, x: int, y: int) -> Colour:
        """One pixel, from the upper left corner."""
        red, green, blue = self.rows[y][x * self.channels :][:3]
        return red, green, blue


def screenshot(png: bytes) -> Screenshot:
    """A PNG of 8 bits per channel, RGB or RGBA, not interlaced: what Chromium writes."""
    chunks = list(_chunks(png))
    width, _height, depth, colour_type, _compression, _filter, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    assert (depth, interlaced) == (8, 0) and colour_type in (2, 6)
    channels = 3 if colour_type == 2 else 4
    data = zlib.decompress(b"".join(content for kind, content in chunks if kind == b"IDAT"))
    return Screenshot(width, channels, tuple(_rows(data, width * channels, channels)))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        yield kind, png[at + 8 : at + 8 + length]
        at += length + 12


def _rows(data: bytes, length: int, step: int) -> Iterator[bytes]:
    above = bytearray(length)
    for start in range(0, len(data), length + 1):
        row = bytearray(data[start + 1 : start + 1 + length])
        _unfilter(data[start], row, above, step)
        yield bytes(row)
        above = row


def _unfilter(kind: int, row: bytearray, above: bytearray, step: int) -> None:
    if kind == 0:
        return
    for at, value in enumerate(row):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        guess = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        row[at] = (value + guess) & 255


def _paeth(left: int, above: int, corner: int) -> int:
    estimate = left + above - corner
    return min((left, above, corner), key=lambda candidate: abs(estimate - candidate))
