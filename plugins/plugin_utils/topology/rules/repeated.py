# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists that are sets: an item given twice is a mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..position import Path
from ..violation import Violation


def repeated_items(path: Path, items: Sequence[str]) -> Iterator[Violation]:
    """A violation for each item of the list at ``path`` that an earlier one equals."""
    first: dict[str, int] = {}
    for number, item in enumerate(items):
        if first.setdefault(item, number) != number:
            yield Violation(
                (*path, number), f"{item!r} is listed twice", "keep one of them", first=(*path, first[item])
            )
