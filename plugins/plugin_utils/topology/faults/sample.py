# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about a topology with more faults than anybody reads in one go.

pydantic counts all errors cheaply, but describing each one takes 6 microseconds and 1.2 kB: 250,000 of them
1.4 s and 0.4 GB. So a part of the data is judged again, and the rest is only counted.
"""

from __future__ import annotations

from functools import cache
from itertools import islice

from pydantic import ValidationError

from ..model.topology import Topology
from ..schema.shape import fields_by_key, models
from ..violation import Violation
from ..words.wording import words
from ..yaml.reader import Data

MAX_ERRORS = 500
#: How many unknown or free entries of each collection are kept, from a generous part to a small one.
_SIZES = (400, 100, 25, 5, 1)


def sample_errors(data: Data, total: int) -> list[Violation]:
    """At most MAX_ERRORS of the ``total`` errors of ``data``, and one line that counts the others."""
    found: list[Violation] = []
    for size in _SIZES:
        part = _part(data, size)
        try:
            Topology.model_validate(part)
        except ValidationError as error:
            if error.error_count() <= MAX_ERRORS or size == _SIZES[-1]:
                found = list(islice(words(error, part), MAX_ERRORS))
                break
    rest = total - len(found)
    return [*found, Violation((), f"there are {rest:,} more errors, which are only counted", "fix these first")]


def _part(data: Data, size: int) -> Data:
    """``data`` with every known field, and with the first ``size`` of the other entries of each collection.

    No known field is left out, so that none is missed that is there.
    """
    if isinstance(data, list):
        return [_part(item, size) for item in data[:size]]
    if isinstance(data, dict):
        known = _known_keys()
        kept = [key for key in data if key in known]
        kept += islice((key for key in data if key not in known), size)
        return {key: _part(data[key], size) for key in kept}
    return data


@cache
def _known_keys() -> frozenset[str]:
    """The key of every field of every model."""
    return frozenset(key for model in models(Topology) for key in fields_by_key(model))
