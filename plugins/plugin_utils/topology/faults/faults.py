# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that is wrong with data that is no topology: what its fields say, and what its sound part breaks."""

from __future__ import annotations

from pathlib import Path as FilePath

from pydantic import ValidationError

from ..position import Path
from ..violation import Violation
from ..words.wording import words
from ..yaml.reader import Data
from .sample import MAX_ERRORS, sample_errors
from .sound import rules_broken_by_the_sound_part


def faults(error: ValidationError, data: dict[str, Data], folder: FilePath, refused: set[Path]) -> list[Violation]:
    """The violations behind ``error``; what stands at or under a ``refused`` path is not judged again."""
    if error.error_count() > MAX_ERRORS:
        return sample_errors(data, error.error_count())
    violations = [found for found in words(error, data) if not _is_refused(found.path, refused)]
    wrong = dict.fromkeys(refused, False) | {found.path: found.at_key for found in violations}
    return violations + rules_broken_by_the_sound_part(data, wrong, folder)


def _is_refused(path: Path, refused: set[Path]) -> bool:
    return any(path[:length] in refused for length in range(1, len(path) + 1))
