# SPDX-License-Identifier: GPL-3.0-or-later
"""What is to be done with one mutant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .mutant import Mutant
from .record import AT_IMPORT, Record, fastest_first


@dataclass(frozen=True, slots=True)
class Order:
    """``tests`` in the order to run them; ``is_early`` when the place runs while modules are imported too."""

    mutant: Mutant
    tests: tuple[str, ...]
    seconds: float
    is_early: bool

    @classmethod
    def of(cls, mutant: Mutant, record: Record, budget_seconds: float) -> Order:
        """As many of the tests that reach it as fit, and those of its own test file that start processes."""
        reached = record.reaching(mutant)
        beside = f"{_mirror(mutant.key.file)}::"
        neighbours = {test for test in record.seconds if test.startswith(beside)}
        found = [*fastest_first(reached - {AT_IMPORT}, record.seconds)]
        found += fastest_first(neighbours - reached, record.seconds)
        tests, seconds = _within(found, record.seconds, budget_seconds)
        return cls(mutant, tests, seconds, AT_IMPORT in reached)

    def dump(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return asdict(self) | {"mutant": self.mutant.dump()}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Order:
        """What ``dump`` made."""
        return cls(Mutant.load(data["mutant"]), tuple(data["tests"]), data["seconds"], data["is_early"])


def _mirror(file: str) -> str:
    """The file of tests that mirrors ``file``; what it starts in processes of its own is in no record."""
    path = Path(file)
    return str(Path("tests/unit") / path.parent / f"test_{path.stem.strip('_')}.py")


def _within(tests: Iterable[str], seconds: dict[str, float], budget: float) -> tuple[tuple[str, ...], float]:
    """The first tests that fit, one at least."""
    chosen: list[str] = []
    total = 0.0
    for test in tests:
        if chosen and total + seconds[test] > budget:
            continue
        chosen.append(test)
        total += seconds[test]
    return tuple(chosen), total
