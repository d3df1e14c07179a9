# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody wants a bundle for."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import InfraError
from ..text import is_line


@dataclass(frozen=True, slots=True)
class Use:
    """One host, one action, and who wants it. Raises InfraError when that is not said."""

    host: str
    """Asset id."""
    action: str
    """One of ``ACTIONS``."""
    operator: str
    reason: str
    needs: tuple[str, ...] = ()
    """Refs of the host, with or without a version."""

    def __post_init__(self) -> None:
        check_said(operator=self.operator, reason=self.reason)


def check_said(**said: str) -> None:
    """Who and why are said, each on one line. Raises InfraError."""
    for name, text in said.items():
        if not is_line(text):
            raise InfraError(f"{name}: is not one line of 1 to 512 characters; say who does this and why")
