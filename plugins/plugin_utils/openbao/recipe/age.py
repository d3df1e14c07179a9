# SPDX-License-Identifier: GPL-3.0-or-later
"""An age identity."""

from __future__ import annotations

from dataclasses import dataclass

from pyrage import x25519

from ..secret import Secret
from .recipe import PairRecipe


@dataclass(frozen=True, slots=True)
class Age(PairRecipe):
    """The identity, ``AGE-SECRET-KEY-1…``, and its recipient, ``age1…``."""

    def pair(self) -> tuple[Secret, Secret]:
        identity = x25519.Identity.generate()
        return Secret(str(identity)), Secret(str(identity.to_public()))
