# SPDX-License-Identifier: GPL-3.0-or-later
"""A mount of OpenBao, as a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

KV, AUTH = "sys/mounts", "sys/auth"


@dataclass(frozen=True, slots=True)
class Mount:
    """``type`` is mounted at ``path`` below ``kind``; ``config`` is what the topology says about a KV mount."""

    kind: str
    path: str
    type: str
    config: Mapping[str, int | bool] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """As the API names it."""
        return f"{self.kind}/{self.path}"

    @property
    def text(self) -> str:
        """For people: JSON."""
        return json.dumps({"type": self.type, **self.config}, indent=2, sort_keys=True) + "\n"
