# SPDX-License-Identifier: GPL-3.0-or-later
"""A role of an auth method, as a document."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

Settings: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AuthRole:
    """``settings`` are those we answer for, as the API names them; times are whole seconds, lists sorted.

    What only narrows a role, such as bound CIDRs, is not among them: an operator may add it.
    """

    method: str
    mount: str
    name: str
    settings: Settings

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"auth/{self.mount}/role/{self.name}"

    @property
    def policies(self) -> tuple[str, ...]:
        """What a login with this role may do."""
        return tuple(self.settings["token_policies"])

    @property
    def text(self) -> str:
        """For people: JSON."""
        return json.dumps(self.settings, indent=2, sort_keys=True) + "\n"
