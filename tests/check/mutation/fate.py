# SPDX-License-Identifier: GPL-3.0-or-later
"""What became of a mutant."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from .mutant import Mutant


class End(StrEnum):
    """The ways a mutant can end."""

    KILLED = "killed"
    #: The tests did not end; whoever runs them would notice.
    TIMEOUT = "timeout"
    SURVIVED = "survived"
    #: No unit test reaches it.
    NOT_COVERED = "not covered"

    @property
    def is_kill(self) -> bool:
        """A test noticed."""
        return self in {End.KILLED, End.TIMEOUT}


@dataclass(frozen=True, slots=True)
class Fate:
    """``by`` is the test that noticed, empty for a survivor."""

    mutant: Mutant
    end: End
    by: str = ""
    seconds: float = 0.0

    def dump(self) -> dict[str, Any]:
        """As JSON can carry it."""
        return {"mutant": self.mutant.dump(), "end": str(self.end), "by": self.by, "seconds": round(self.seconds, 3)}

    @classmethod
    def load(cls, data: dict[str, Any]) -> Fate:
        """What ``dump`` made."""
        return cls(Mutant.load(data["mutant"]), End(data["end"]), data["by"], data["seconds"])
