# SPDX-License-Identifier: GPL-3.0-or-later
"""A seeded choice of mutants that stays nearly the same while the product changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from .mutant import Mutant
from .source_file import SourceFile

#: Documentation for ansible-doc: no line of it runs.
PRODUCT = "plugins"


def product_files(root: Path) -> list[str]:
    """Every Python file of the product, relative to ``root``."""
    return sorted(str(path.relative_to(root)) for path in (root / PRODUCT).rglob("*.py"))


def all_mutants(root: Path, files: Iterable[str]) -> list[Mutant]:
    """Every mutant of ``files``."""
    return [mutant for file in files for mutant in SourceFile(root, file).mutants()]


def sample(mutants: Iterable[Mutant], seed: int, count: int) -> list[Mutant]:
    """The ``count`` mutants that the seed ranks first.

    A mutant's rank depends on nothing but the seed and itself: others come and go beside it, and its file may move.
    """
    return sorted(mutants, key=lambda mutant: _rank(mutant, seed))[:count]


def _rank(mutant: Mutant, seed: int) -> bytes:
    key = mutant.key._replace(file=Path(mutant.key.file).name)
    return hashlib.sha256(repr((seed, tuple(key), mutant.nth)).encode()).digest()
