# SPDX-License-Identifier: GPL-3.0-or-later
"""What a plain YAML scalar means here: text, unless it is exactly one typed value; never a guess."""

from __future__ import annotations

import re
from typing import Final

from ...errors import InfraError

#: Plain words with one meaning in every version of YAML and in JSON.
TYPED: Final[dict[str, bool | None]] = {"true": True, "false": False, "null": None}
#: Plain words that one YAML reader takes for text and another for something else.
TRAPS: Final = frozenset(
    spelling
    for word in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    for spelling in (word, word.capitalize(), word.upper())
    if spelling not in TYPED
) | {"~", "="}
#: Every plain word that needs a second look, whatever its first letter.
WORDS: Final = TRAPS | TYPED.keys() | {"", "<<"}
#: First characters of everything that any YAML reader could take for a number or a date.
NUMERIC_STARTS: Final = frozenset("0123456789+-.")

_INTEGER = re.compile(r"-?[1-9][0-9]*|0")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]+(?:e[+-][0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ].*)?")
_NUMBER_LIKE = re.compile(
    r"[-+]?(?:"
    r"0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+"  # other bases
    r"|[0-9][0-9_]*(?::[0-9]{1,2})+(?:\.[0-9_]*)?"  # base 60, as in 12:30
    r"|[0-9][0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9]+)?"
    r"|\.[0-9_]+(?:[eE][-+]?[0-9]+)?"
    r"|\.(?:inf|Inf|INF)"
    r")|\.(?:nan|NaN|NAN)"
)
_LONGEST_INTEGER = 18
_LONGEST_FLOAT = 32


class AmbiguousScalarError(InfraError):
    """A plain scalar that different YAML readers read differently."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(f"{what}; {hint}")
        self.what, self.hint = what, hint


def resolve(text: str) -> str | int | float | bool | None:
    """The value of a plain scalar. Raises AmbiguousScalarError, which never quotes more than a known word."""
    if text in WORDS:
        return _word(text)
    if text[0] in NUMERIC_STARTS:
        return _number(text)
    return text


def _word(text: str) -> bool | None:
    if text in TYPED:
        return TYPED[text]
    if not text:
        raise AmbiguousScalarError("there is no value", 'write one, or null, {}, [] or ""')
    if text == "<<":
        raise AmbiguousScalarError("merge keys are not allowed", "write the keys out")
    raise AmbiguousScalarError(
        f"{text} is read as text by some and as something else by others",
        f'write true, false or null, or quote it: "{text}"',
    )


def _number(text: str) -> str | int | float:
    if _INTEGER.fullmatch(text):
        if len(text) > _LONGEST_INTEGER:
            raise AmbiguousScalarError("the number is too large", "quote it if it is text")
        return int(text)
    if _FLOAT.fullmatch(text) and len(text) <= _LONGEST_FLOAT and repr(float(text)) == text:
        return float(text)
    if _DATE.fullmatch(text):
        raise AmbiguousScalarError("a date without quotes is not text everywhere", "quote it")
    if len(text) > 1 and _NUMBER_LIKE.fullmatch(text):
        raise AmbiguousScalarError(
            "this is a number to some and text to others", "quote it, or write a plain number such as 1000 or 0.5"
        )
    return text
