# SPDX-License-Identifier: GPL-3.0-or-later
"""How many mutants were noticed, as text for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from .fate import End, Fate
from .mutant import MESSAGE


def table(fates: Sequence[Fate]) -> Iterator[str]:
    """One line per folder, the sum, and messages apart."""
    code = [fate for fate in fates if fate.mutant.key.kind != MESSAGE]
    folders = Counter(_folder(fate) for fate in code)
    yield f"{'':<44}{'mutants':>8}{'killed':>8}{'timeout':>8}{'survived':>9}{'not covered':>12}{'score':>7}"
    for folder in sorted(folders):
        yield _line(folder, [fate for fate in code if _folder(fate) == folder])
    yield _line("all", code)
    yield _line("messages, apart", [fate for fate in fates if fate.mutant.key.kind == MESSAGE])
    yield _line("all that unit tests reach", [fate for fate in code if fate.end is not End.NOT_COVERED])


def _line(name: str, fates: Sequence[Fate]) -> str:
    ends = Counter(fate.end for fate in fates)
    counts = f"{ends[End.KILLED]:>8}{ends[End.TIMEOUT]:>8}{ends[End.SURVIVED]:>9}{ends[End.NOT_COVERED]:>12}"
    return f"{name:<44}{len(fates):>8}{counts}{score(fates):>6.1f}%"


def score(fates: Iterable[Fate]) -> float:
    """Percent that was noticed; what no test reaches was not."""
    kills = [fate.end.is_kill for fate in fates]
    return 100 * sum(kills) / len(kills) if kills else 100.0


def _folder(fate: Fate) -> str:
    return str(Path(*Path(fate.mutant.key.file).parts[:3]))
