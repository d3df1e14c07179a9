# SPDX-License-Identifier: GPL-3.0-or-later
"""Control groups: who else has to approve a request. Checked for form; what they allow is another matter."""

from __future__ import annotations

from ..hcl import Group, Item, UnreadablePolicyError, decoder
from ..hcl.block import named
from .duration import nanoseconds
from .keys import only

#: Operations that may need approval; none of them is a capability of its own.
_OPERATIONS = frozenset(
    {
        *("create", "read", "update", "patch", "delete", "list", "scan", "help", "header"),
        *("alias-lookahead", "resolve-role", "revoke", "renew", "rollback"),
    }
)


def check_control_group(item: Item) -> None:
    """Raises UnreadablePolicyError where OpenBao refuses the group."""
    items = only(item, ("ttl", "self_auth_allowed", "factor"))
    decoder.boolean(items, "self_auth_allowed")
    _check_ttl(item, items)
    factors = named(items, "factor")
    for factor in factors:
        _check_factor(factor)
    if not factors:
        raise UnreadablePolicyError(item.place, "a control group without a factor", 'write factor "…" { … }')


def _check_ttl(item: Item, items: tuple[Item, ...]) -> None:
    ttl = decoder.anything(items, "ttl")
    try:
        nanoseconds(0 if ttl is None else ttl)
    except ValueError as error:
        raise UnreadablePolicyError(item.place, f"ttl: {error}", 'write "1h30m"') from None


def _check_factor(item: Item) -> None:
    items = only(item, ("controlled_capabilities", "identity"))
    operations = decoder.texts(items, "controlled_capabilities")
    groups, approvals = _identity(items)
    if not item.keys:
        raise UnreadablePolicyError(item.place, "a factor without a name", 'write factor "…" { … }')
    if not operations or not _OPERATIONS.issuperset(operations):
        raise UnreadablePolicyError(
            item.place, "controlled_capabilities", f"choose of {', '.join(sorted(_OPERATIONS))}"
        )
    if not groups or approvals < 1:
        raise UnreadablePolicyError(item.place, "nobody approves", "write identity { group_names = […] approvals = 1 }")


def _identity(items: tuple[Item, ...]) -> tuple[list[str], int]:
    """Groups of all identities of a factor, and the last number of approvals."""
    groups: list[str] = []
    approvals = 0
    for source in decoder.sources(items, "identity"):
        if not isinstance(source, Group):
            raise UnreadablePolicyError(source.place, "expected an object", "write identity { … }")
        groups += decoder.texts(source.items, "group_names")
        approvals = decoder.integer(source.items, "approvals", approvals)
    return groups, approvals
