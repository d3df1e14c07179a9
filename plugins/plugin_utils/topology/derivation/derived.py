# SPDX-License-Identifier: GPL-3.0-or-later
"""One value that nobody wrote, and what it was made from."""

from __future__ import annotations

from dataclasses import dataclass

from ..position import Path

Scalar = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived value at the path it would have in the topology, had somebody written it there."""

    path: tuple[str, ...]
    value: Scalar | list[Scalar]
    rule: str
    """First sentence of the derivation that made it."""
    sources: tuple[Path, ...]
    """Paths of the topology it is made from."""
