# SPDX-License-Identifier: GPL-3.0-or-later
"""What came back over the wire, from any server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete HTTP answer to ``method``; the content may hold secrets and does not show. Named as hvac knows it."""

    method: str
    status_code: int
    headers: Mapping[str, str] = field(repr=False)
    """Names in any case."""
    content: bytes = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether it is no error, in hvac's eyes."""
        return self.status_code < 400
