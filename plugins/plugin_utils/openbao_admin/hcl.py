# SPDX-License-Identifier: GPL-3.0-or-later
"""As much of HCL as policies are written in: blocks, attributes, strings, lists, numbers, comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import InfraError

_TOKEN = re.compile(
    r"(?P<skip>\s+|#[^\n]*|//[^\n]*|/\*.*?\*/)"
    r'|(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<word>[A-Za-z0-9_.-]+)"
    r"|(?P<mark>[{}\[\]=,:])",
    re.DOTALL,
)
Value = str | list["Value"] | dict[str, "Value"]


class UnreadablePolicyError(InfraError):
    """Not HCL as policies have it."""


@dataclass(frozen=True, slots=True)
class Stanza:
    """``path "…" { … }``"""

    path: str
    line: int
    body: dict[str, Value]


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    line: int


def stanzas(text: str) -> list[Stanza]:
    """The paths of a policy. Raises UnreadablePolicyError."""
    return list(_Reader(list(_tokens(text))).stanzas())


def _tokens(text: str) -> Iterator[_Token]:
    position, line = 0, 1
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise UnreadablePolicyError(f"line {line}: not HCL; write the policy as path stanzas")
        if match.lastgroup != "skip":
            yield _Token(str(match.lastgroup), match[0], line)
        position, line = match.end(), line + match[0].count("\n")


class _Reader:
    """Tokens, one after the other."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._last = tokens[::-1], tokens[-1].line if tokens else 1

    def stanzas(self) -> Iterator[Stanza]:
        while self._tokens:
            first = self._next()
            if _plain(first) != "path":
                raise UnreadablePolicyError(f'line {first.line}: not a path stanza; write path "…" {{ … }}')
            name = self._next()
            yield Stanza(_plain(name), first.line, self._object("{"))

    def _object(self, opening: str) -> dict[str, Value]:
        self._expect(opening)
        found: dict[str, Value] = {}
        while not self._skip("}"):
            key = _plain(self._next())
            is_assigned = self._skip("=") or self._skip(":")
            found[key] = self._value() if is_assigned else self._object("{")
            self._skip(",")
        return found

    def _value(self) -> Value:
        if self._peek() == "{":
            return self._object("{")
        if not self._skip("["):
            return _plain(self._next())
        items: list[Value] = []
        while not self._skip("]"):
            items.append(self._value())
            self._skip(",")
        return items

    def _peek(self) -> str:
        return self._tokens[-1].text if self._tokens else ""

    def _next(self) -> _Token:
        if not self._tokens:
            raise UnreadablePolicyError(f"line {self._last}: ends too early; close what is open")
        return self._tokens.pop()

    def _skip(self, mark: str) -> bool:
        is_there = self._peek() == mark
        if is_there:
            self._tokens.pop()
        return is_there

    def _expect(self, mark: str) -> None:
        token = self._next()
        if token.text != mark:
            raise UnreadablePolicyError(f'line {token.line}: expected {mark!r}; write path "…" {{ … }}')


def _plain(token: _Token) -> str:
    if token.kind == "mark":
        raise UnreadablePolicyError(f'line {token.line}: unexpected {token.text!r}; write path "…" {{ … }}')
    return token.text[1:-1] if token.kind == "string" else token.text
