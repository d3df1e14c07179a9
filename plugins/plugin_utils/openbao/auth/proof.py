# SPDX-License-Identifier: GPL-3.0-or-later
"""What a session needs to know of an auth method."""

from __future__ import annotations

from typing import Protocol


class Proof(Protocol):
    """Who asks, as headers."""

    def headers(self) -> dict[str, str]:
        """The headers of a request at this moment."""
