# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes → values of a type, as OpenBao's decoder makes them; what does not fit raises UnreadablePolicyError.

A key may stand there several times: lists and maps grow, a text or a number is the last one. Where any value fits, the
first one sets the type for those behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar

from . import number
from .block import Block, Group, Item, Listing, Node, named
from .token import TEXTS, Kind, Token
from .unreadable import UnreadablePolicyError

_T = TypeVar("_T")
Items: TypeAlias = tuple[Item, ...]
Source: TypeAlias = Node | Group | Item


class _Maps(list[Any]):
    """A list of maps: what an object is where any value fits."""


def sources(items: Items, name: str) -> list[Source]:
    """What is to be decoded one after the other for an attribute: those with labels as one, then each other."""
    found = named(items, name)
    labelled = tuple(item for item in found if item.keys)
    groups = [Group(labelled, labelled[0].place)] if labelled else []
    plain = [item.value for item in found if not item.keys]
    return [*groups, *(Group(one.items, one.place) if isinstance(one, Block) else one for one in plain)]


def text(items: Items, name: str) -> str:
    """The last text or whole number of that name; "" without one."""
    return "".join([_text(source) for source in sources(items, name)][-1:])


def boolean(items: Items, name: str) -> None:
    """Nothing but true or false."""
    for source in sources(items, name):
        _boolean(source)


def integer(items: Items, name: str, default: int = 0) -> int:
    """The last whole number of that name, in quotes or not."""
    return [default, *(_integer(source) for source in sources(items, name))][-1]


def texts(items: Items, name: str) -> list[str]:
    """All texts of all lists of that name."""
    return [_text(element) for source in sources(items, name) for element in _elements(source)]


def anything(items: Items, name: str) -> object:
    """A value of whatever type; None without one."""
    found: object = None
    for source in sources(items, name):
        found = _anything(source, found, is_in_list=False)
    return found


def lists_by_name(items: Items, name: str) -> dict[str, list[Any]]:
    """A map of lists of anything."""
    found: dict[str, list[Any]] = {}
    for source in sources(items, name):
        _mapping(source, found, lambda inner, before: _list(inner, before or []))
    return found


def _text(source: Source) -> str:
    if isinstance(source, Token) and (source.kind in TEXTS or source.kind is Kind.WHOLE):
        return source.value
    raise _misfit(source, "a text", "put it in quotes")


def _boolean(source: Source) -> bool:
    if isinstance(source, Token) and source.kind is Kind.BOOL:
        return source.text == "true"
    raise _misfit(source, "true or false", "write it without quotes")


def _integer(source: Source) -> int:
    if isinstance(source, Token) and source.kind in {Kind.WHOLE, Kind.STRING, Kind.JSON_STRING, Kind.NULL}:
        return _number(source, number.whole)
    raise _misfit(source, "a whole number", "write digits")


def _fraction(source: Source) -> float:
    if isinstance(source, Token) and source.kind in {Kind.WHOLE, Kind.FRACTION}:
        return _number(source, number.fraction)
    raise _misfit(source, "a number", "write digits")


def _number(token: Token, read: Callable[[str], _T]) -> _T:
    try:
        return read(token.value)
    except ValueError as error:
        raise UnreadablePolicyError(token.place, str(error), "write digits") from None


def _elements(source: Source) -> tuple[Source, ...]:
    if isinstance(source, Listing):
        return source.nodes
    if isinstance(source, Group):
        return source.items
    if isinstance(source, Block):
        return (source,)
    raise _misfit(source, "a list", "write […]")


def _list(source: Source, found: list[Any]) -> list[Any]:
    """``found`` with the elements of one more list."""
    for element in _elements(source):
        found.append(_mapping(element, {}, _any_value) if isinstance(found, _Maps) else _any_element(element))
    return found


def _mapping(source: Source, found: dict[str, Any], decode: Callable[[Source, Any], Any]) -> dict[str, Any]:
    """``found`` with the items of one more object; items with labels are taken together."""
    items, done = _items(source), set[str]()
    for item in items:
        key = _key(item)
        if key in done:
            continue
        is_labelled = len(item.keys) > 1
        inner: Source = Group(named(items, key), item.place) if is_labelled else item.value
        done |= {key} if is_labelled else set()
        found[key] = decode(inner, found.get(key))
    return found


def _items(source: Source) -> Items:
    if isinstance(source, Item):
        return (source,)
    if isinstance(source, Block | Group):
        return source.items
    raise _misfit(source, "an object", "write { … }")


def _key(item: Item) -> str:
    if not item.keys:
        raise UnreadablePolicyError(item.place, "an object without keys", "write key = value")
    return item.keys[0].value


def _any_value(source: Source, before: object) -> object:
    return _anything(source, before, is_in_list=False)


def _any_element(source: Source) -> object:
    return _anything(source, None, is_in_list=True)


def _anything(source: Source, before: object, *, is_in_list: bool) -> object:
    """The value of ``source`` in the type of ``before``; without that, in its own."""
    if before is None:
        before = _empty(source, is_in_list=is_in_list)
    if isinstance(before, list):
        return _list(source, before)
    if isinstance(before, dict):
        return _mapping(source, before, _any_value)
    for kind, decode in ((bool, _boolean), (int, _integer), (float, _fraction)):
        if isinstance(before, kind):
            return decode(source)
    return _text(source)


def _empty(source: Source, *, is_in_list: bool) -> object:
    """Nothing yet, in the type that a source has by itself."""
    if isinstance(source, Token):
        return {Kind.BOOL: False, Kind.FRACTION: 0.0, Kind.WHOLE: 0}.get(source.kind, "")
    if isinstance(source, Listing):
        return []
    if isinstance(source, Item):
        raise _misfit(source, "a value", "write […]")
    return {} if is_in_list else _Maps()


def _misfit(source: Source, wanted: str, hint: str) -> UnreadablePolicyError:
    return UnreadablePolicyError(source.place, f"expected {wanted}", hint)
