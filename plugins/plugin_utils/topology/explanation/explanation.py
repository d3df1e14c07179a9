# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to "where does this value come from?"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from ..derivation.derive import derive
from ..derivation.derived import Derived
from ..loader import LoadedTopology
from ..position import Path, Position
from .closest import UnknownPathError, closest_paths
from .known_value import KnownValues, Origin


@dataclass(frozen=True, slots=True)
class Explanation:
    """A value and its origin."""

    path: Path
    value: Any
    """Plain data."""
    origin: Origin
    position: Position | None = None
    """Where it is written; of a default, the nearest thing above that is written; of a derived value, nothing."""
    description: str | None = None
    """What the field is for."""
    rule: str | None = None
    """Of a derived value, the sentence it follows from."""
    sources: tuple[Explanation, ...] = ()
    """Of a derived value, what it is made from."""
    makes: tuple[Path, ...] = ()
    """Derived values that are made from this one."""


def explain(loaded: LoadedTopology, path: Path) -> Explanation:
    """Where the value at ``path`` comes from. Raises UnknownPathError, which names the closest paths."""
    derived = derive(loaded.topology)
    values = KnownValues(loaded.topology, derived)
    known = values.deepest(path)
    if known.path != path:
        raise UnknownPathError(path, closest_paths(values, path))
    made = _made(derived, path) if known.origin is Origin.DERIVED else None
    return Explanation(
        path,
        _plain(known.value),
        known.origin,
        position=None if known.origin is Origin.DERIVED else loaded.where(path),
        description=known.description,
        rule=made.rule if made else None,
        sources=tuple(explain(loaded, source) for source in made.sources) if made else (),
        makes=tuple(one.path for one in derived if path in one.sources),
    )


def _made(derived: tuple[Derived, ...], path: Path) -> Derived | None:
    """The derived value at ``path``, or the list that ``path`` is an entry of."""
    return next((one for one in derived if path[: len(one.path)] == one.path), None)


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, dict):
        return {key: _plain(below) for key, below in value.items()}
    return [_plain(below) for below in value] if isinstance(value, list) else value
