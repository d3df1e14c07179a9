# SPDX-License-Identifier: GPL-3.0-or-later
"""Which keys an object may have."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from ..hcl import Block, Item, Token, UnreadablePolicyError
from ..hcl.token import Kind


def only(item: Item, known: Sequence[str]) -> tuple[Item, ...]:
    """The items of the object that ``item`` names, with known keys alone. Raises UnreadablePolicyError."""
    if not isinstance(item.value, Block):
        raise UnreadablePolicyError(item.value.place, "expected an object", "write { … }")
    check_keys(item.value.items, known)
    return item.value.items


def check_keys(items: tuple[Item, ...], known: Sequence[str]) -> None:
    """Raises UnreadablePolicyError at the first key that is not known, by its spelling to the letter."""
    for item in items:
        if item.keys[0].value not in known:
            raise _unknown(item.keys[0], known)
    for key in items[0].keys if items else ():
        # OpenBao reads all labels of the first item when they are JSON, and those it uses of the others.
        if key.kind is Kind.JSON_STRING:
            key.value  # noqa: B018 # raises for an escape that means no character


def _unknown(key: Token, known: Sequence[str]) -> UnreadablePolicyError:
    close = get_close_matches(key.value, known, 1)
    hint = f"did you mean {close[0]!r}?" if close else f"choose of {', '.join(known)}"
    return UnreadablePolicyError(key.place, f"there is no key {key.value[:32]!r} here", hint)
