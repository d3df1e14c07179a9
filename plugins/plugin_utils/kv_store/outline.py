# SPDX-License-Identifier: GPL-3.0-or-later
"""What may be shown of a version of a secret: its number and the names of its keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..openbao import Secret
from ..openbao.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Outline:
    """A version that is, or will be.

    Of a version that will be, ``given`` holds the values that change (None removes the key), ``whole`` all of them when
    the version is written as a whole, and ``made`` the recipes that are used on writing. None of them is ever printed.
    """

    version: int
    keys: frozenset[str]
    given: Mapping[str, Secret | None] = field(default_factory=dict, repr=False)
    whole: Mapping[str, Secret] | None = field(default=None, repr=False)
    made: Mapping[str, Recipe] = field(default_factory=dict, repr=False)

    @property
    def new_keys(self) -> frozenset[str]:
        """Keys that get a value in this version."""
        made = {name for key, recipe in self.made.items() for name in recipe.keys(key)}
        return frozenset(made | {key for key, value in self.given.items() if value is not None})

    def __str__(self) -> str:
        lines = (f"  {key}{'  (new value)' if key in self.new_keys else ''}" for key in sorted(self.keys))
        return "\n".join([f"version {self.version}", *lines, ""])
