# SPDX-License-Identifier: GPL-3.0-or-later
"""What tokens amount to: blocks of items, lists, literals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from .place import Place
from .token import Token


@dataclass(frozen=True, slots=True)
class Listing:
    """``[ … ]``"""

    nodes: tuple[Node, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """``{ … }``"""

    items: tuple[Item, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Item:
    """``key = value`` or ``key "label" { … }``: keys, then what they name."""

    keys: tuple[Token, ...]
    value: Node
    place: Place


@dataclass(frozen=True, slots=True)
class Group:
    """Items under one name, without it: what is left of their keys may be nothing."""

    items: tuple[Item, ...]
    place: Place


Node: TypeAlias = Token | Listing | Block


def named(items: tuple[Item, ...], name: str) -> tuple[Item, ...]:
    """The items whose first key is ``name``, in whatever case, without that key."""
    wanted = name.casefold()
    having = (item for item in items if item.keys and item.keys[0].value.casefold() == wanted)
    return tuple(replace(item, keys=item.keys[1:]) for item in having)
