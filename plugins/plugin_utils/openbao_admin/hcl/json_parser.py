# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON: tokens → items, as forgiving as OpenBao.

Measured (2.7.2): what stands behind the last brace is not read, a closing brace may be any token or missing, whatever
is wrong just before a brace is dropped, commas may be doubled in lists, where booleans and inner brackets are dropped.
"""

from __future__ import annotations

from collections.abc import Iterator

from .block import Block, Item, Listing, Node
from .depth import Depth
from .flattening import flattened
from .json_scanner import tokens
from .token import LITERALS, Kind, Token
from .unreadable import UnreadablePolicyError

_TEXTS = {Kind.JSON_STRING, Kind.WHOLE, Kind.FRACTION}


class _UnexpectedError(UnreadablePolicyError):
    """A token at the wrong place."""


def parse(text: str) -> tuple[Item, ...]:
    """The items of the object, labels as in HCL. Raises UnreadablePolicyError."""
    return flattened(_Parser(tokens(text)).root())


class _Parser:
    def __init__(self, found: Iterator[Token]) -> None:
        self._tokens, self._depth = found, Depth()
        self._token = next(found)

    def root(self) -> Block:
        return self._block(self._token)

    def _next(self) -> Token:
        self._token = next(self._tokens)
        return self._token

    def _block(self, opening: Token) -> Block:
        with self._depth.within(opening):
            return Block(tuple(self._items()), opening.place)

    def _items(self) -> Iterator[Item]:
        while item := self._item_before_brace():
            yield item
            if not self._next().is_mark(","):
                return

    def _item_before_brace(self) -> Item | None:
        """None at the end and for whatever is cut short by a brace."""
        try:
            return self._item()
        except _UnexpectedError:
            if self._token.is_mark("}"):
                return None
            raise

    def _item(self) -> Item | None:
        keys: list[Token] = []
        while self._next().kind is Kind.JSON_STRING:
            keys.append(self._token)
        if self._token.kind is Kind.END:
            return None
        if not self._token.is_mark(":") or not keys:
            raise self._unexpected("expected a key")
        value = self._value(self._next())
        return None if value is None else Item(tuple(keys), value, keys[0].place)

    def _value(self, token: Token) -> Node | None:
        if token.is_mark("{"):
            return self._block(token)
        if token.is_mark("["):
            return Listing(tuple(self._elements()), token.place)
        if token.kind in LITERALS:
            return token
        if token.kind is Kind.END:
            return None
        raise self._unexpected("expected a value")

    def _elements(self) -> Iterator[Node]:
        while not self._next().is_mark("]"):
            if self._token.is_mark("{"):
                yield self._block(self._token)
            elif self._token.kind in _TEXTS:
                yield self._token
            elif not (self._token.kind is Kind.BOOL or self._token.is_mark(",") or self._token.is_mark("[")):
                raise self._unexpected("expected a text or ']'")

    def _unexpected(self, what: str) -> _UnexpectedError:
        return _UnexpectedError(self._token.place, f"{what}, found {self._token}", "write it as JSON")
