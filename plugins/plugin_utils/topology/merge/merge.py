# SPDX-License-Identifier: GPL-3.0-or-later
"""The disjoint merge: mappings are joined at any depth, everything else is given once.

A list is given as a whole. There is no precedence, so the order of the parts decides nothing but the order of keys,
which stand as they are first met, and which of two conflicting parts is called the first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..position import Path
from .conflict import Conflict
from .origins import Origins
from .written_path import WrittenPath

#: Conflicts that are reported; two copies of a large file have 250,000.
MAX_CONFLICTS = 500


@dataclass(frozen=True, slots=True)
class Part:
    """Plain data and where it is written."""

    written: WrittenPath
    data: dict[str, Any]


@dataclass(slots=True)
class Merged:
    """What the parts say together, and where each of it is written."""

    data: dict[str, Any]
    """Of two parts in conflict, what the first says."""
    origins: Origins
    conflicts: list[Conflict] = field(default_factory=list)
    """At most MAX_CONFLICTS, in the order of the parts."""
    untold_conflicts: int = 0
    """How many more there are."""


def merge(parts: Sequence[Part]) -> Merged:
    """The parts, at least one, as one mapping. They are left as they are; one alone is handed on as it is."""
    first, *others = parts
    merged = Merged(dict(first.data) if others else first.data, Origins(first.written, is_mixed=True))
    for part in others:
        _mix(merged, (), merged.data, merged.origins, part)
    return merged


def _mix(merged: Merged, path: Path, known: dict[str, Any], origins: Origins, part: Part) -> None:
    """Add ``part`` to the mapping ``known``, which stands at ``path`` and is a copy of ours."""
    for key, value in part.data.items():
        written = part.written.below(key)
        if key not in known:
            known[key] = value
            origins.inside[key] = Origins(written)
        elif isinstance(known[key], dict) and isinstance(value, dict):
            _mix(merged, (*path, key), *_opened(known, origins, key), Part(written, value))
        elif len(merged.conflicts) < MAX_CONFLICTS:
            merged.conflicts.append(Conflict.between((*path, key), known[key], value, written))
        else:
            merged.untold_conflicts += 1


def _opened(known: dict[str, Any], origins: Origins, key: str) -> tuple[dict[str, Any], Origins]:
    """The mapping at ``key`` and its origins, copied before the first change, since it belongs to a part."""
    below = origins.inside.get(key) or Origins(origins.written.below(key))
    if not below.is_mixed:
        below.is_mixed = True
        origins.inside[key] = below
        known[key] = dict(known[key])
    return known[key], below
