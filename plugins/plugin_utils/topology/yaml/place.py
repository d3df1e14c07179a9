# SPDX-License-Identifier: GPL-3.0-or-later
"""Where every key and value of a file stands."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import yaml

from ..position import Path, Position
from .reader import MAX_DEPTH, Event, events
from .source import Source

#: Steps that matter below a place, and below each of them.
Wanted: TypeAlias = dict[str | int, Any]

_COLLECTIONS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)


@dataclass(slots=True)
class Place:
    """One node of a file: where its value and its key start, and the places inside it."""

    file: str
    value: Any
    """Mark of libyaml; None for the root, which starts with the file."""
    key: Any = None
    is_collection: bool = False
    inside: dict[str | int, Place] = field(default_factory=dict)

    def find(self, path: Path) -> tuple[Place, int]:
        """The deepest place on ``path``, and how many steps of it are left."""
        place = self
        for done, step in enumerate(path):
            if step not in place.inside:
                return place, len(path) - done
            place = place.inside[step]
        return place, 0

    def position(self, *, at_key: bool = False) -> Position:
        """A scalar stands where its value starts; a collection is found by its key, as is a wrong key."""
        mark = self.key if self.key and (at_key or self.is_collection) else self.value
        return Position(self.file, mark.line + 1, mark.column + 1) if mark else Position(self.file)


class PlaceIndex:
    """The places of one file."""

    def __init__(self, source: Source, wanted: Iterable[Path] | None = None) -> None:
        """Of the places on the paths ``wanted`` only, if given."""
        self._source = source
        self._wanted = None if wanted is None else _tree(wanted)

    @cached_property
    def _root(self) -> Place:
        return _root(self._source, self._wanted)

    def where(self, path: Path, *, at_key: bool = False) -> Position:
        """Position of ``path``, or of the nearest thing that exists above it."""
        place, left = self._root.find(path)
        return place.position(at_key=at_key and not left)


class _UnreadableError(Exception):
    """The reader has already said why the file cannot be read further."""


def _tree(paths: Iterable[Path]) -> Wanted:
    """The steps of all paths as nested mappings."""
    root: Wanted = {}
    for path in paths:
        here = root
        for step in path:
            here = here.setdefault(step, {})
    return root


def _root(source: Source, wanted: Wanted | None) -> Place:
    """The tree of one file, as far as it can be read; the first of two equal keys wins."""
    root = Place(source.name, None, is_collection=True)
    stream = events(source)
    try:
        for event in stream:
            if isinstance(event, yaml.MappingStartEvent):
                _fill_mapping(root, stream, 1, wanted)
                break
    except (yaml.YAMLError, _UnreadableError):
        pass
    return root


def _fill(place: Place, opening: Event, stream: Iterator[Event], depth: int, wanted: Wanted | None) -> None:
    if depth > MAX_DEPTH:
        raise _UnreadableError
    if isinstance(opening, yaml.MappingStartEvent):
        _fill_mapping(place, stream, depth, wanted)
    elif isinstance(opening, yaml.SequenceStartEvent):
        _fill_sequence(place, stream, depth, wanted)


def _fill_mapping(place: Place, stream: Iterator[Event], depth: int, wanted: Wanted | None) -> None:
    for event in stream:
        if isinstance(event, yaml.MappingEndEvent):
            return
        opening = next(stream, None)
        if opening is None or isinstance(event, _COLLECTIONS):
            raise _UnreadableError
        step = _key(event)
        child = Place(place.file, opening.start_mark, event.start_mark, isinstance(opening, _COLLECTIONS))
        if wanted is None or step in wanted:
            place.inside.setdefault(step, child)
        _fill(child, opening, stream, depth + 1, None if wanted is None else wanted.get(step, {}))


def _fill_sequence(place: Place, stream: Iterator[Event], depth: int, wanted: Wanted | None) -> None:
    for number, event in enumerate(stream):
        if isinstance(event, yaml.SequenceEndEvent):
            return
        child = Place(place.file, event.start_mark, is_collection=isinstance(event, _COLLECTIONS))
        if wanted is None or number in wanted:
            place.inside[number] = child
        _fill(child, event, stream, depth + 1, None if wanted is None else wanted.get(number, {}))


def _key(event: Event) -> str:
    """The key as the reader writes it."""
    if isinstance(event, yaml.AliasEvent):
        return f"*{event.anchor}"
    return unicodedata.normalize("NFC", str(event.value))
