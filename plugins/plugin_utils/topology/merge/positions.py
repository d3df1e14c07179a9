# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the paths of a merge stand in its files.

Made only when a position is asked for, and of the files that are asked about: a valid topology never pays for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..position import Path, Position
from ..violation import Violation
from ..yaml.place import PlaceIndex
from ..yaml.source import Source
from .origins import Origins
from .written_path import WrittenPath


class Positions:
    """The places of all files of a topology, by the paths of their merge."""

    def __init__(
        self, sources: Iterable[Source], origins: Origins, wanted: Iterable[WrittenPath] | None = None
    ) -> None:
        """Of the places on the way to what is ``wanted`` only, if given: 250,000 places take 0.4 s and 90 MB."""
        self._sources = {source.name: source for source in sources}
        self._origins = origins
        self._wanted = None if wanted is None else _by_file(wanted)
        self._indexes: dict[str, PlaceIndex] = {}

    def where(self, path: Path, *, at_key: bool = False) -> Position:
        """Position of ``path``, or of the nearest thing that exists above it."""
        return self._at(self._origins.of(path), at_key=at_key)

    def located(self, violations: Iterable[Violation]) -> list[Violation]:
        """Each violation once with its position, sorted by position, path and words."""
        return sorted(
            {self._located(violation) for violation in violations},
            key=lambda found: (found.position or Position(""), [str(step) for step in found.path], found.what),
        )

    def _located(self, violation: Violation) -> Violation:
        position = violation.position or self._at(written(violation, self._origins), at_key=violation.at_key)
        found = replace(violation, position=position, written=None)
        other = first(violation, self._origins)
        if other is None:
            return found
        place = self._at(other, at_key=violation.at_key)
        line = f"line {place.line}" if place.file == position.file else f"{place.file} line {place.line}"
        return replace(found, what=f"{violation.what} ({line})", first=None)

    def _at(self, place: WrittenPath, *, at_key: bool) -> Position:
        if place.file not in self._indexes:
            wanted = None if self._wanted is None else self._wanted.get(place.file, ())
            self._indexes[place.file] = PlaceIndex(self._sources[place.file], wanted)
        return self._indexes[place.file].where(place.path, at_key=at_key)


def places(violation: Violation, origins: Origins) -> Iterator[WrittenPath]:
    """Every place that has to be looked up for ``violation``."""
    if violation.position is None:
        yield written(violation, origins)
    other = first(violation, origins)
    if other is not None:
        yield other


def written(violation: Violation, origins: Origins) -> WrittenPath:
    """What ``violation`` is about, in its file."""
    return violation.written or origins.of(violation.path)


def first(violation: Violation, origins: Origins) -> WrittenPath | None:
    """The other place of a conflict. What already has a position is about one file, whatever others say."""
    if violation.first is None:
        return None
    if violation.position is not None:
        return WrittenPath(violation.position.file, violation.first)
    return origins.of(violation.first)


def _by_file(wanted: Iterable[WrittenPath]) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for place in wanted:
        found.setdefault(place.file, []).append(place.path)
    return found
