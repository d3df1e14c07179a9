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
from typing import TYPE_CHECKING

from pydantic import ValidationError

from ..errors import InvalidTopologyError
from ..paused_collection import paused_collection
from .digest import TopologyDigest
from .merge.merge import Merged, Part, merge
from .merge.origins import Origins
from .merge.written_path import WrittenPath
from .model.topology import Topology
from .position import Path, Position
from .rules import broken_rules
from .rules.configs import typed_documents
from .rules.secrets import literals_that_look_like_secrets
from .schema.schema_folder import SchemaFolder
from .violation import Violation
from .yaml.reader import Data, Reader
from .yaml.source import RefusedSourceError, Source, read_source, refused_characters, topology_files

if TYPE_CHECKING:
    from .merge.positions import Positions


#: The key by which Ansible knows an inventory of ours.
_PLUGIN = "plugin"


@dataclass(frozen=True)
class LoadedTopology:
    """A valid topology and the files it came from."""

    topology: Topology
    folder: FilePath
    """Where relative paths of the topology start."""
    sources: tuple[Source, ...]
    origins: Origins
    """Which of them says what."""

    @cached_property
    def advice(self) -> tuple[Violation, ...]:
        """What is allowed and still worth saying, sorted by position; looked for only when somebody asks."""
        from .rules.advice import ADVICE

        return tuple(self._positions.located(found for rule in ADVICE for found in rule(self.topology)))

    @cached_property
    def digest(self) -> TopologyDigest:
        """Of every file the topology was made from, and of the schemas that judged it."""
        schemas = {schema for _path, schema, _content in typed_documents(self.topology)}
        return TopologyDigest.of(
            {name: (self.folder / name).read_bytes() for name in schemas}
            | {FilePath(source.name).name: source.data for source in self.sources}
        )

    def where(self, path: Path) -> Position:
        """Position of ``path``, or of the nearest thing that exists above it."""
        return self._positions.where(path)

    @cached_property
    def _positions(self) -> Positions:
        from .merge.positions import Positions

        return Positions(self.sources, self.origins)


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
    origins, topology = Origins(WrittenPath(path)), None
    if sources and all(reader.is_whole for reader in readers):
        merged = merge(_parts(readers))
        data, origins = merged.data, merged.origins
        violations += _conflicts(merged)
        violations += literals_that_look_like_secrets(data, sources)
        topology, broken = _judge(data, folder, {found.path for found in violations if _is_leaf(data, found.path)})
        violations += broken
    if violations or topology is None:
        raise InvalidTopologyError(_located(violations, sources, origins))
    return LoadedTopology(topology, folder, tuple(sources), origins)


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


def _parts(readers: list[Reader]) -> list[Part]:
    """What each file says. Every file may say that it is an inventory, so that Ansible gives none to another plugin."""
    said = None
    parts = []
    for reader in readers:
        data = reader.data
        if said is not None and data.get(_PLUGIN) == said:
            data = {key: value for key, value in data.items() if key != _PLUGIN}
        said = said or data.get(_PLUGIN)
        parts.append(Part(WrittenPath(reader.source.name), data))
    return parts


def _conflicts(merged: Merged) -> Iterator[Violation]:
    """What two files say; more than anybody reads in one go is only counted."""
    for conflict in merged.conflicts:
        yield conflict.violation()
    if merged.untold_conflicts:
        what = f"there are {merged.untold_conflicts:,} more keys given in two files, which are only counted"
        yield Violation((), what, "fix these first")


def _judge(data: dict[str, Data], folder: FilePath, refused: set[Path]) -> tuple[Topology | None, list[Violation]]:
    """The topology and its violations; what stands at or under a refused path is not judged again."""
    try:
        topology = Topology.model_validate(data)
    except ValidationError as error:
        from .faults.faults import faults

        return None, faults(error, data, folder, refused)
    return topology, list(broken_rules(topology, SchemaFolder(folder)))


def _is_leaf(data: Data, path: Path) -> bool:
    """No mapping or list stands at ``path``: whatever is wrong there has been said."""
    for step in path:
        inside = isinstance(data, list) or (isinstance(data, dict) and step in data)
        data = data[step] if inside else None
    return not isinstance(data, dict | list)


def _located(violations: Iterable[Violation], sources: list[Source], origins: Origins) -> list[Violation]:
    """Every violation with its position, sorted by it."""
    from .merge.positions import Positions, places

    found = list(violations)
    wanted = [place for violation in found for place in places(violation, origins)]
    return Positions(sources, origins, wanted).located(found)
