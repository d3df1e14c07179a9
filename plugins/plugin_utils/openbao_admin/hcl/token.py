# SPDX-License-Identifier: GPL-3.0-or-later
"""The smallest piece of a policy, as it is written."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from . import heredoc, quoted
from .place import Place
from .unreadable import UnreadablePolicyError


class Kind(Enum):
    """What a token is; the value is its name in errors."""

    WORD = "a word"
    STRING = "a string"
    JSON_STRING = "a string of JSON"
    NULL = "null"
    HEREDOC = "a heredoc"
    WHOLE = "a whole number"
    FRACTION = "a number with a fraction"
    BOOL = "true or false"
    MARK = "a mark"
    END = "the end"


TEXTS = frozenset({Kind.STRING, Kind.JSON_STRING, Kind.NULL, Kind.HEREDOC})
LITERALS = TEXTS | {Kind.WHOLE, Kind.FRACTION, Kind.BOOL}


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` is what stands there, quotes and escapes included."""

    kind: Kind
    text: str
    place: Place

    def is_mark(self, mark: str) -> bool:
        """Whether it is this bracket, comma, colon or equals sign."""
        return self.kind is Kind.MARK and self.text == mark

    @property
    def value(self) -> str:
        """The text that is meant, of a word or a text. A byte that is not UTF-8 is a lone surrogate, as Python does it.

        Raises UnreadablePolicyError: only here, because OpenBao takes a key with such an escape where it never looks.
        """
        if self.kind is Kind.HEREDOC:
            return heredoc.value(self.text)
        if self.kind not in {Kind.STRING, Kind.JSON_STRING}:
            return "" if self.kind is Kind.NULL else self.text
        try:
            return quoted.value(self.text, is_json=self.kind is Kind.JSON_STRING)
        except ValueError:
            raise UnreadablePolicyError(
                self.place, "an escape that means no character", "write the character"
            ) from None

    def __str__(self) -> str:
        return f"'{self.text}'" if self.kind is Kind.MARK else self.kind.value
