# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenBao would not take as a policy."""

from __future__ import annotations

from ...errors import InfraError
from .place import Place


class UnreadablePolicyError(InfraError):
    """``what`` is wrong at ``place``, and a ``hint`` what to do."""

    def __init__(self, place: Place, what: str, hint: str) -> None:
        self.place, self.what, self.hint = place, what, hint
        super().__init__(f"{place}: {what}; {hint}")
