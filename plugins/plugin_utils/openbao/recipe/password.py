# SPDX-License-Identifier: GPL-3.0-or-later
"""A random password."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass

from ..secret import Secret
from .failure import InvalidRecipeError
from .recipe import Recipe

#: None holds a character that a shell, a URL or a connection string reads in a way of its own.
ALPHABETS = {
    "letters-digits": string.ascii_letters + string.digits,
    "hex": "0123456789abcdef",
    "base64url": string.ascii_letters + string.digits + "-_",
}
SHORTEST, LONGEST = 16, 256


@dataclass(frozen=True, slots=True)
class Password(Recipe):
    """``length`` characters of ``alphabet``, each from the system's generator; 4 to 6 bits a character."""

    length: int = 32
    alphabet: str = "letters-digits"

    def __post_init__(self) -> None:
        if not SHORTEST <= self.length <= LONGEST:
            raise InvalidRecipeError(
                f"recipe password: length {self.length} is out of bounds; choose {SHORTEST} to {LONGEST}"
            )
        if self.alphabet not in ALPHABETS:
            raise InvalidRecipeError(f"recipe password: no such alphabet; choose one of {', '.join(ALPHABETS)}")

    def keys(self, key: str) -> tuple[str, ...]:
        return (key,)

    def make(self, key: str) -> dict[str, Secret]:
        alphabet = ALPHABETS[self.alphabet]
        return {key: Secret("".join(secrets.choice(alphabet) for _ in range(self.length)))}
