# SPDX-License-Identifier: GPL-3.0-or-later
"""What every recipe can do: name the keys it fills, and make their values."""

from __future__ import annotations

from abc import ABC, abstractmethod

from ..secret import Secret

#: The public half of ``<key>`` stands at ``<key>_public``.
PUBLIC_SUFFIX = "_public"


class Recipe(ABC):
    """How a secret is made. Making it twice gives two different secrets."""

    @abstractmethod
    def keys(self, key: str) -> tuple[str, ...]:
        """The keys that are filled when ``key`` is made; they are made together or not at all."""

    @abstractmethod
    def make(self, key: str) -> dict[str, Secret]:
        """New values for exactly ``keys(key)``."""


class PairRecipe(Recipe):
    """A key pair: the private half at ``<key>``, the public one at ``<key>_public``; both are Secrets."""

    def keys(self, key: str) -> tuple[str, ...]:
        return key, key + PUBLIC_SUFFIX

    def make(self, key: str) -> dict[str, Secret]:
        return dict(zip(self.keys(key), self.pair(), strict=True))

    @abstractmethod
    def pair(self) -> tuple[Secret, Secret]:
        """A new private half and its public half."""
