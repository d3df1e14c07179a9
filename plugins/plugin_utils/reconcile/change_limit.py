# SPDX-License-Identifier: GPL-3.0-or-later
"""How much one plan may take away."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChangeLimit:
    """A plan may delete ``delete_percent`` of what there is, and always ``delete_minimum`` things.

    The minimum keeps small resources usable: two of four files are half of a tree, yet one asset.
    """

    delete_percent: int = 50
    delete_minimum: int = 10

    def deletes_allowed(self, current: int) -> int:
        """Deletes allowed when ``current`` things exist."""
        return max(self.delete_minimum, current * self.delete_percent // 100)


#: For a removal that was asked for explicitly.
UNLIMITED = ChangeLimit(delete_percent=100)
