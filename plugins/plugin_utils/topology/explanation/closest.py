# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody may have meant who asked for a path that is not there."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice

from ...errors import InfraError
from ..position import Path
from ..violation import dotted
from .known_value import KnownValue, KnownValues

_MOST_GUESSES = 3
_MOST_NAMES = 12
#: Comparing is quadratic in the length of a text; no key worth guessing is longer.
_LONGEST_GUESS = 64


class UnknownPathError(InfraError):
    """The topology has nothing at a path."""

    def __init__(self, path: Path, closest: tuple[Path, ...]) -> None:
        self.closest = closest
        listed = "".join(f"\n  {dotted(one) or '(the topology itself)'}" for one in closest)
        super().__init__(f"{dotted(path)}: the topology has no such value; the closest are:{listed}")


def closest_paths(values: KnownValues, path: Path) -> tuple[Path, ...]:
    """Paths with a similar step where ``path`` leaves the topology, or with its end; else what stands there."""
    last = values.deepest(path)
    found = [*_with_a_similar_step(values, last, path), *_with_the_same_end(values, path)]
    names = (below.path for below in values.inside(last))
    return tuple(dict.fromkeys(found))[:_MOST_GUESSES] or tuple(islice(names, _MOST_NAMES)) or (last.path,)


def _with_a_similar_step(values: KnownValues, last: KnownValue, path: Path) -> Iterator[Path]:
    """The wrong step replaced by each similar one, followed as far as the rest of the path exists."""
    wrong, rest = str(path[len(last.path)]), path[len(last.path) + 1 :]
    if len(wrong) > _LONGEST_GUESS:
        return
    steps = {str(below.path[-1]): below.path for below in values.inside(last)}
    for near in get_close_matches(wrong, steps, n=_MOST_GUESSES):
        yield values.deepest((*steps[near], *rest)).path


def _with_the_same_end(values: KnownValues, path: Path) -> Iterator[Path]:
    """Paths that end as ``path`` does: who asks for ``K8S_SERVICE`` need not know where it stands."""
    ends = (known.path for known in values.everything() if known.path[-len(path) :] == path)
    yield from islice(ends, _MOST_GUESSES)
