# SPDX-License-Identifier: GPL-3.0-or-later
"""Every value a topology has: what somebody wrote, what the model adds, and what follows from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from pydantic import BaseModel

from ..derivation.derived import Derived
from ..model.topology import Topology
from ..position import Path
from ..schema.field_words import words_by_key
from ..schema.shape import fields_by_key


class Origin(Enum):
    """Who says a value."""

    DECLARED = "declared"
    DEFAULT = "default"
    DERIVED = "derived"


@dataclass(frozen=True, slots=True)
class KnownValue:
    """A value with its path, its origin, and what its field is for."""

    path: Path
    value: Any
    """A model or plain data."""
    origin: Origin
    description: str | None = None


class KnownValues:
    """The values of one topology as a tree; nothing is walked before it is asked for."""

    def __init__(self, topology: Topology, derived: tuple[Derived, ...]) -> None:
        self._root = KnownValue((), topology, Origin.DECLARED)
        self._derived = _derived_below(derived)

    def deepest(self, path: Path) -> KnownValue:
        """The value at ``path``, or else at the longest beginning of it that there is."""
        here = self._root
        for step in path:
            below = next((known for known in self.inside(here) if known.path[-1] == step), None)
            if below is None:
                break
            here = below
        return here

    def inside(self, known: KnownValue) -> Iterator[KnownValue]:
        """What stands directly below a value; what is derived comes last."""
        taken = set()
        for below in _inside(known):
            taken.add(below.path[-1])
            yield below
        for step, value in self._derived.get(known.path, {}).items():
            if step not in taken:
                yield KnownValue((*known.path, step), value, Origin.DERIVED)

    def everything(self) -> Iterator[KnownValue]:
        """Every value, parents first, in the order of the topology."""
        waiting = [self._root]
        while waiting:
            known = waiting.pop()
            yield known
            waiting += reversed(list(self.inside(known)))


def _derived_below(derived: tuple[Derived, ...]) -> dict[Path, dict[str, Any]]:
    """The plain data that derived values add below each path on the way to one."""
    tree: dict[Path, dict[str, Any]] = {(): {}}
    for one in derived:
        for length in range(1, len(one.path)):
            way = one.path[:length]
            if way not in tree:
                tree[way] = tree[way[:-1]][way[-1]] = {}
        tree[one.path[:-1]][one.path[-1]] = one.value
    return tree


def _inside(known: KnownValue) -> Iterator[KnownValue]:
    """What the model holds directly below a value; everything below a default is a default."""
    value, path = known.value, known.path
    if isinstance(value, BaseModel):
        names = {info.alias or name: name for name, info in type(value).model_fields.items()}
        words = words_by_key(type(value))
        for key in fields_by_key(type(value)):
            origin = known.origin if names[key] in value.model_fields_set else Origin.DEFAULT
            yield KnownValue((*path, key), getattr(value, names[key]), origin, words.get(key))
    elif isinstance(value, dict):
        yield from (KnownValue((*path, key), below, known.origin, _about(below)) for key, below in value.items())
    elif isinstance(value, list):
        yield from (KnownValue((*path, at), below, known.origin, _about(below)) for at, below in enumerate(value))


def _about(value: Any) -> str | None:
    """What an entry is, from the docstring of its model."""
    return (type(value).__doc__ or "").splitlines()[0] if isinstance(value, BaseModel) else None
