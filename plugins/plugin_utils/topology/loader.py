# SPDX-License-Identifier: GPL-3.0-or-later
"""From files to a topology that keeps every rule, or to every reason why not.

What only a faulty topology needs is imported where it is needed: it costs every other start 10 ms.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, get_origin

from pydantic import ValidationError

from ..errors import InvalidTopologyError
from ..paused_collection import paused_collection
from .model.topology import Topology
from .position import Path, Position
from .rules import broken_rules
from .rules.secrets import literals_that_look_like_secrets
from .violation import Violation
from .yaml.reader import Data, Reader
from .yaml.source import RefusedSourceError, Source, read_source, refused_characters, topology_files

if TYPE_CHECKING:
    from .yaml.place import PlaceIndex

#: Sections that may be spread over the files of a folder: mappings by id.
_SPREAD_SECTIONS = frozenset(
    name for name, info in Topology.model_fields.items() if get_origin(info.annotation) is dict
)


@dataclass(frozen=True)
class LoadedTopology:
    """A valid topology and the files it came from."""

    topology: Topology
    folder: FilePath
    """Where relative paths of the topology start."""
    sources: tuple[Source, ...]

    @cached_property
    def advice(self) -> tuple[Violation, ...]:
        """What is allowed and still worth saying, sorted by position; looked for only when somebody asks."""
        from .rules.advice import ADVICE

        return tuple(self._places.located(found for rule in ADVICE for found in rule(self.topology)))

    def where(self, path: Path) -> Position:
        """Position of ``path``, or of the nearest thing that exists above it."""
        return self._places.where(path)

    @cached_property
    def _places(self) -> PlaceIndex:
        from .yaml.place import PlaceIndex

        return PlaceIndex(self.sources)


def load_topology(path: str | os.PathLike[str]) -> LoadedTopology:
    """The topology in the file ``path``, or in the ``*.yml`` files of the folder ``path``.

    Raises InvalidTopologyError with every violation, sorted by position.
    """
    with paused_collection():
        return _load(os.fspath(path))


def _load(path: str) -> LoadedTopology:
    sources, violations = _read_sources(path)
    readers = [Reader(source) for source in sources]
    for reader in readers:
        violations += refused_characters(reader.source)
        reader.read()
        violations += reader.violations
    folder = FilePath(path) if os.path.isdir(path) else FilePath(path).parent
    topology = None
    if sources and all(reader.is_whole for reader in readers):
        data, conflicts = _merge(readers)
        violations += conflicts
        violations += literals_that_look_like_secrets(data, sources)
        topology, broken = _judge(data, folder, {found.path for found in violations if _is_leaf(data, found.path)})
        violations += broken
    if violations or topology is None:
        raise InvalidTopologyError(_located(violations, sources))
    return LoadedTopology(topology, folder, tuple(sources))


def _read_sources(path: str) -> tuple[list[Source], list[Violation]]:
    sources, violations = [], []
    try:
        files = topology_files(path)
    except RefusedSourceError as error:
        return [], [error.violation]
    for file in files:
        try:
            sources.append(read_source(file))
        except RefusedSourceError as error:
            violations.append(error.violation)
    return sources, violations


def _merge(readers: Iterable[Reader]) -> tuple[dict[str, Data], list[Violation]]:
    """One mapping from files with disjoint keys; sections by id may be spread over the files."""
    merged: dict[str, Data] = {}
    conflicts: list[Violation] = []
    for reader in readers:
        twice: list[Path] = []
        for section, content in reader.data.items():
            known = merged.get(section)
            if section not in merged:
                merged[section] = content
            elif section in _SPREAD_SECTIONS and isinstance(known, dict) and isinstance(content, dict):
                twice += [(section, name) for name in content if name in known]
                merged[section] = known | {name: entry for name, entry in content.items() if name not in known}
            else:
                twice.append((section,))
        conflicts += _conflicts(twice, reader.source)
    return merged, conflicts


def _conflicts(twice: list[Path], source: Source) -> Iterator[Violation]:
    """One violation in ``source`` for each path that an earlier file gives too."""
    if twice:
        from .yaml.place import PlaceIndex

        places = PlaceIndex([source])
        for path in twice:
            position = places.where(path, at_key=True)
            yield Violation(
                path, "the key is given in two files", "keep one of them", first=path, at_key=True, position=position
            )


def _judge(data: dict[str, Data], folder: FilePath, refused: set[Path]) -> tuple[Topology | None, list[Violation]]:
    """The topology and its violations; what stands at or under a refused path is not judged again."""
    try:
        topology = Topology.model_validate(data)
    except ValidationError as error:
        from .faults.faults import faults

        return None, faults(error, data, folder, refused)
    return topology, list(broken_rules(topology, folder))


def _is_leaf(data: Data, path: Path) -> bool:
    """No mapping or list stands at ``path``: whatever is wrong there has been said."""
    for step in path:
        inside = isinstance(data, list) or (isinstance(data, dict) and step in data)
        data = data[step] if inside else None
    return not isinstance(data, dict | list)


def _located(violations: Iterable[Violation], sources: list[Source]) -> list[Violation]:
    """Every violation with its position, sorted by it."""
    from .yaml.place import PlaceIndex

    found = list(violations)
    wanted = [path for violation in found for path in (violation.path, violation.first) if path is not None]
    return PlaceIndex(sources, wanted).located(found)
