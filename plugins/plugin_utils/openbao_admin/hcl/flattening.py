# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects within objects as labels: ``{"path": {"a": {…}, "b": {…}}}`` means ``path "a" {…} path "b" {…}``.

OpenBao does so wherever all values of an object are objects, be they meant as labels or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from .block import Block, Item, Listing, Node


def flattened(block: Block) -> tuple[Item, ...]:
    """The items of ``block`` with their labels, at every depth; first at the top, then within what came out."""
    items = (one for item in block.items for one in _expanded(item))
    return tuple(replace(item, value=_within(item.value)) for item in items)


def _expanded(item: Item) -> Iterator[Item]:
    inner = _inner(item)
    if not all(isinstance(one.value, Block) for one in inner) or not inner:
        yield item
        return
    for one in inner:
        yield from _expanded(one)


def _inner(item: Item) -> list[Item]:
    """What ``item`` would stand for as labels."""
    if isinstance(item.value, Block):
        return [replace(one, keys=item.keys + one.keys) for one in item.value.items]
    return [replace(item, value=one) for one in item.value.nodes] if isinstance(item.value, Listing) else []


def _within(node: Node) -> Node:
    if isinstance(node, Block):
        return replace(node, items=flattened(node))
    if isinstance(node, Listing):
        return replace(node, nodes=tuple(_within(one) for one in node.nodes))
    return node
