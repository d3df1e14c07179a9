# SPDX-License-Identifier: GPL-3.0-or-later
"""How deep a policy may be nested; OpenBao has no limit, Python has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from .token import Token
from .unreadable import UnreadablePolicyError

DEEPEST = 50


class Depth:
    """Brackets that are open."""

    def __init__(self) -> None:
        self._open = 0

    @contextmanager
    def within(self, opening: Token) -> Iterator[None]:
        """Inside one more. Raises UnreadablePolicyError beyond DEEPEST."""
        if self._open == DEEPEST:
            raise UnreadablePolicyError(opening.place, f"nested deeper than {DEEPEST} brackets", "write it flat")
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1
