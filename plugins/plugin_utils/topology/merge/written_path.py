# SPDX-License-Identifier: GPL-3.0-or-later
"""Where something is written: a file, and the path that it has there."""

from __future__ import annotations

from dataclasses import dataclass

from ..position import Path


@dataclass(frozen=True, slots=True)
class WrittenPath:
    """A path as ``file`` has it; what stands in a merge may have another one."""

    file: str
    path: Path = ()

    def below(self, *steps: str | int) -> WrittenPath:
        """The place ``steps`` further down."""
        return WrittenPath(self.file, self.path + steps)
