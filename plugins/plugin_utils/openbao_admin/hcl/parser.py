# SPDX-License-Identifier: GPL-3.0-or-later
"""HCL: tokens → items, by the grammar of version 1."""

from __future__ import annotations

from collections.abc import Iterator

from .block import Block, Item, Listing, Node
from .depth import Depth
from .scanner import tokens
from .token import LITERALS, Kind, Token
from .unreadable import UnreadablePolicyError

_FORM = 'write path "…" { … }'


def parse(text: str) -> tuple[Item, ...]:
    """The items at the top. Raises UnreadablePolicyError."""
    return tuple(_Parser(list(tokens(text))).items(is_inside=False))


class _Parser:
    """Tokens, one after the other; the last is the end."""

    def __init__(self, found: list[Token]) -> None:
        self._left, self._depth = found[::-1], Depth()

    def items(self, *, is_inside: bool) -> Iterator[Item]:
        """Up to the closing brace or the end. OpenBao drops a last ``key =`` that nothing follows."""
        while not (is_inside and self._left[-1].is_mark("}")):
            item = self._item()
            if item is None:
                return
            yield item
            if self._left[-1].is_mark(","):
                self._next()

    def _item(self) -> Item | None:
        keys, opening = self._keys()
        if opening.kind is Kind.END:
            return None
        if opening.is_mark("{"):
            return Item(keys, self._block(opening), keys[0].place)
        first = self._next()
        return None if first.kind is Kind.END else Item(keys, self._value(first), keys[0].place)

    def _keys(self) -> tuple[tuple[Token, ...], Token]:
        """The keys of an item, and the mark behind them."""
        keys: list[Token] = []
        while (token := self._next()).kind in {Kind.WORD, Kind.STRING}:
            keys.append(token)
        is_end = token.kind is Kind.END and not keys
        is_assigned = token.is_mark("=") and len(keys) == 1
        if not (is_end or is_assigned or (token.is_mark("{") and keys)):
            raise self._unexpected(token)
        return tuple(keys), token

    def _value(self, first: Token) -> Node:
        if first.is_mark("{"):
            return self._block(first)
        if first.is_mark("["):
            return self._listing(first)
        if first.kind not in LITERALS:
            raise self._unexpected(first)
        return first

    def _block(self, opening: Token) -> Block:
        with self._depth.within(opening):
            items = tuple(self.items(is_inside=True))
        closing = self._next()
        if not closing.is_mark("}"):
            raise self._unexpected(closing)
        return Block(items, opening.place)

    def _listing(self, opening: Token) -> Listing:
        with self._depth.within(opening):
            return Listing(tuple(self._elements()), opening.place)

    def _elements(self) -> Iterator[Node]:
        """Commas may stand anywhere and have to stand behind all but a list."""
        needs_comma = False
        while not (token := self._next()).is_mark("]"):
            if token.is_mark(","):
                needs_comma = False
                continue
            if needs_comma:
                raise UnreadablePolicyError(token.place, f"expected ',' or ']', found {token}", "separate by commas")
            needs_comma = not token.is_mark("[")
            yield self._value(token)

    def _next(self) -> Token:
        """The next token; the end is there however often one asks."""
        return self._left.pop() if len(self._left) > 1 else self._left[0]

    @staticmethod
    def _unexpected(token: Token) -> UnreadablePolicyError:
        if token.kind is Kind.END:
            return UnreadablePolicyError(token.place, "ends too early", "close what is open")
        return UnreadablePolicyError(token.place, f"unexpected {token}", _FORM)
