# SPDX-License-Identifier: GPL-3.0-or-later
"""A policy in JSON as tokens, as OpenBao makes them: with the escapes of HCL, without ``\\/``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import quoted
from .place import Places
from .token import Kind, Token
from .unreadable import UnreadablePolicyError

_SPACE = re.compile(r"[ \t\r\n]*")
#: An exponent without digits takes the next character with it, as in OpenBao.
_EXPONENT = r"[eE][+-]?(?:[0-9]+|.?)"
_NUMBER = re.compile(
    rf"-?(?P<digits>[0-9]+)(?P<fraction>{_EXPONENT}|\.[0-9]*(?:{_EXPONENT})?)?|(?P<point>\.[0-9]+[eE]?)", re.DOTALL
)
_WORD = re.compile(r"[\w-]+")
_WORDS = {"true": Kind.BOOL, "false": Kind.BOOL, "null": Kind.NULL}
_MARKS = "{}[]:,."
_NUL = "\0"


def tokens(text: str) -> Iterator[Token]:
    """The tokens one after the other, and the end. Raises UnreadablePolicyError.

    A faulty character is reported when it is reached and not before: OpenBao reads nothing behind the closing brace.
    """
    return _Scanner(text).tokens()


class _Scanner:
    def __init__(self, text: str) -> None:
        self._text, self._places = text, Places(text)

    def tokens(self) -> Iterator[Token]:
        position = self._skipped(0)
        while position < len(self._text):
            kind, end = self._next(position)
            yield Token(kind, self._text[position:end], self._places.at(position))
            position = self._skipped(end)
        while True:
            yield Token(Kind.END, "", self._places.at(len(self._text)))

    def _skipped(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position

    def _next(self, position: int) -> tuple[Kind, int]:
        first = self._text[position]
        if first == _NUL:
            return Kind.END, position + 1
        if first == '"':
            return Kind.JSON_STRING, self._string(position)
        is_mark = first in _MARKS
        return self._number(position) or ((Kind.MARK, position + 1) if is_mark else self._word(position))

    def _string(self, start: int) -> int:
        try:
            end = quoted.end(self._text, start, is_json=True)
        except ValueError as error:
            raise self._error(*error.args) from None
        if re.search("[\0\ud800-\udfff]", self._text[start:end]):
            raise self._error(start, "a character that no policy may hold", "remove it")
        return end

    def _number(self, start: int) -> tuple[Kind, int] | None:
        match = _NUMBER.match(self._text, start)
        if match is None:
            return None
        if match["fraction"] is not None or match["point"] is not None:
            return Kind.FRACTION, match.end()
        digits = match["digits"]
        if digits[0] == "0" and (len(digits) > 1 or match.end() == len(self._text)):
            raise self._error(start, "a number that starts with 0", "write it in decimal")
        return Kind.WHOLE, match.end()

    def _word(self, start: int) -> tuple[Kind, int]:
        match = _WORD.match(self._text, start)
        if match is None or match[0] not in _WORDS:
            raise self._error(start, f"{(match or self._text[start])[0][:32]!r} is not JSON", "put texts in quotes")
        return _WORDS[match[0]], match.end()

    def _error(self, offset: int, what: str, hint: str) -> UnreadablePolicyError:
        return UnreadablePolicyError(self._places.at(offset), what, hint)
