# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy in HCL as tokens. Comments are none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import heredoc, quoted
from .place import Places
from .token import Kind, Token
from .unreadable import UnreadablePolicyError

_SKIP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*|//[^\n]*|/\*.*?\*/)*", re.DOTALL)
#: An exponent without digits takes the next character with it, as in OpenBao.
_EXPONENT = r"[eE][+-]?(?:[0-9]+|.?)"
_NUMBER = re.compile(
    rf"-?0[xX](?P<hexadecimal>[0-9a-fA-F]*)"
    rf"|-?[0-9]+(?P<fraction>{_EXPONENT}|\.[0-9]*(?:{_EXPONENT})?)?|(?P<point>\.[0-9]+[eE]?)",
    re.DOTALL,
)
_NEVER = re.compile("[\0\ue123\ud800-\udfff]")
_OCTAL = re.compile(r"-?0[0-9][0-9]*[89][0-9]*")
_MARKS = "{}[]=,"
_FORM = 'write path "…" { … }'


def tokens(text: str) -> Iterator[Token]:
    """Every token, and the end. Raises UnreadablePolicyError."""
    return _Scanner(text.replace("\r\n", "\n")).tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text, self._places = text, Places(text)

    def tokens(self) -> Iterator[Token]:
        if match := _NEVER.search(self._text):
            raise self._error(match.start(), "a character that no policy may hold", "remove it")
        position = self._skipped(0)
        while position < len(self._text):
            kind, end = self._next(position)
            yield Token(kind, self._text[position:end], self._places.at(position))
            position = self._skipped(end)
        yield Token(Kind.END, "", self._places.at(position))

    def _skipped(self, position: int) -> int:
        match = _SKIP.match(self._text, position)
        return match.end() if match else position

    def _next(self, position: int) -> tuple[Kind, int]:
        first = self._text[position]
        if first in _MARKS:
            return Kind.MARK, position + 1
        if first == "_" or first.isalpha():
            return self._word(position)
        if first in '"<':
            return self._delimited(position)
        return self._number(position)

    def _word(self, start: int) -> tuple[Kind, int]:
        end = start
        while end < len(self._text) and _is_of_word(self._text[end]):
            end += 1
        return Kind.BOOL if self._text[start:end] in {"true", "false"} else Kind.WORD, end

    def _delimited(self, start: int) -> tuple[Kind, int]:
        try:
            if self._text[start] == "<":
                return Kind.HEREDOC, heredoc.end(self._text, start)
            return Kind.STRING, quoted.end(self._text, start, is_json=False)
        except ValueError as error:
            raise self._error(*error.args) from None

    def _number(self, start: int) -> tuple[Kind, int]:
        match = _NUMBER.match(self._text, start)
        if match is None:
            is_comment = self._text.startswith("/*", start)
            what = "a comment without an end" if is_comment else f"{self._text[start]!r} is not HCL"
            raise self._error(start, what, "close it with */" if is_comment else _FORM)
        is_fraction = match["fraction"] is not None or match["point"] is not None
        if match["hexadecimal"] == "" or (not is_fraction and _OCTAL.fullmatch(match[0])):
            raise self._error(start, f"{match[0][:32]!r} is not a number", "write it in decimal")
        return Kind.FRACTION if is_fraction else Kind.WHOLE, match.end()

    def _error(self, offset: int, what: str, hint: str) -> UnreadablePolicyError:
        return UnreadablePolicyError(self._places.at(offset), what, hint)


def _is_of_word(character: str) -> bool:
    return character in "_-." or character.isalpha() or character.isdecimal()
