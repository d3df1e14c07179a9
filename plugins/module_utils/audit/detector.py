# SPDX-License-Identifier: GPL-3.0-or-later
"""Which secrets a text holds, by their looks, by their names and by their values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Optional

from ..secret_shape.shape import FREQUENT_SHAPES, SHAPES, Shape
from . import assignment, rule
from .known_value import KnownValues
from .literals import Literals


class Hit(NamedTuple):
    """A secret starts at this offset."""

    at: int
    rule: str
    ref: Optional[str] = None  # noqa: UP045  evaluated on Python 3.9, in a NamedTuple too


class Detector:
    """One pass over a text for all markers, and one for all known values if there are any."""

    def __init__(self, known: KnownValues) -> None:
        self.known = known
        self._shapes: dict[bytes, Shape] = {marker: shape for shape in SHAPES for marker in shape.markers}
        self._markers = Literals((*self._shapes, *assignment.MARKERS))

    def hits(self, content: bytes) -> list[Hit]:
        """Every secret in ``content``, by position."""
        return sorted([*self._by_looks(content), *self.values(content)], key=lambda hit: (hit.at, hit.rule))

    def values(self, content: bytes) -> list[Hit]:
        """Known values alone: of a binary file only they say something."""
        if not self.known:
            return []
        return sorted(Hit(at, rule.KNOWN_VALUE, ref) for at, ref in self.known.find(content))

    def has(self, content: bytes) -> bool:
        """Whether there is any."""
        return bool(self.hits(content))

    def _by_looks(self, content: bytes) -> Iterator[Hit]:
        for at, marker in self._markers.find(content):
            shape = self._shapes.get(marker)
            if shape is None:
                if assignment.holds_secret(content, at):
                    yield Hit(at, rule.KEYWORD_VALUE)
            elif shape.fits(content, at):
                yield Hit(at, shape.rule)
        for shape in FREQUENT_SHAPES:
            for match in shape.pattern.finditer(content):
                if shape.fits(content, match.start()):
                    yield Hit(match.start(), shape.rule)
