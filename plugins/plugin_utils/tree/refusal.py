# SPDX-License-Identifier: GPL-3.0-or-later
"""Why a work tree is left alone."""

from __future__ import annotations

from collections.abc import Iterable

from ..errors import InfraError


class RefusedTreeError(InfraError):
    """The tree must not be written; carries every reason, one per line. Nothing was changed."""

    def __init__(self, reasons: Iterable[str]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("\n".join(self.reasons))
