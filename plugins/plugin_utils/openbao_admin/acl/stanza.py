# SPDX-License-Identifier: GPL-3.0-or-later
"""One path of a policy and what may be done there."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from ..hcl import Item, Place, UnreadablePolicyError, decoder, parse
from ..hcl.block import named
from .control_group import check_control_group
from .duration import nanoseconds
from .keys import check_keys, only
from .moment import seconds

CAPABILITIES = ("create", "delete", "deny", "list", "patch", "read", "scan", "sudo", "update")
_KEYS = (
    *("comment", "policy", "capabilities", "allowed_parameters", "denied_parameters", "required_parameters"),
    *("min_wrapping_ttl", "max_wrapping_ttl", "mfa_methods", "pagination_limit", "expiration"),
    *("list_scan_response_keys_filter_path", "control_group"),
)
#: ``policy = "…"``, from before there were capabilities.
_SHORT_FORMS = {
    "deny": ("deny",),
    "read": ("read", "list"),
    "write": ("create", "read", "update", "delete", "list"),
    "sudo": ("create", "read", "update", "delete", "list", "sudo"),
}
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Stanza:
    """``path "…" { … }``. ``path`` is what OpenBao compares with, without a leading slash.

    ``capabilities`` are those that are listed, in their order, then those of ``short_form``, whose deny leaves nothing
    else. ``expires`` is in seconds since 1970; from then on the server ignores the stanza.
    """

    path: str
    place: Place
    capabilities: tuple[str, ...]
    short_form: str = ""
    expires: int | None = None

    @property
    def granted(self) -> frozenset[str]:
        """What is in force: beside deny nothing."""
        return frozenset({"deny"}) if "deny" in self.capabilities else frozenset(self.capabilities)

    @property
    def refused(self) -> tuple[str, ...]:
        """Capabilities for which the server refuses the policy: unknown ones, up to the first deny."""
        looked_at = takewhile(lambda capability: capability != "deny", self.capabilities)
        return tuple(capability for capability in looked_at if capability not in CAPABILITIES)


def stanzas(text: str) -> list[Stanza]:
    """The paths of a policy, in their order. Raises UnreadablePolicyError where OpenBao refuses it.

    Expired stanzas are read like any other: the server skips their checks, but when is no matter of the text.
    """
    items = parse(text)
    check_keys(items, ("name", "path"))
    decoder.text(items, "name")
    places = [item.place for item in items if item.keys[0].value == "path"]
    return [_stanza(item, place) for item, place in zip(named(items, "path"), places, strict=True)]


def _stanza(item: Item, place: Place) -> Stanza:
    # OpenBao takes the first label as the path, ignores further ones, and without any the path is "path".
    path = item.keys[0].value if item.keys else "path"
    _check_template(path, place)
    items = only(item, _KEYS)
    for group in named(items, "control_group"):
        check_control_group(group)
    stanza = _read(path.removeprefix("/"), place, items)
    if "+*" in stanza.path:
        raise UnreadablePolicyError(place, "'+*' in a path", "write '+' or '*'")
    if "deny" not in stanza.capabilities:
        _check_limits(items, place)
        _check_filter(items, stanza)
    return stanza


def _read(path: str, place: Place, items: tuple[Item, ...]) -> Stanza:
    listed, short_form = decoder.texts(items, "capabilities"), decoder.text(items, "policy")
    _decode_others(items)
    if short_form and short_form not in _SHORT_FORMS:
        hint = f"choose of {', '.join(sorted(_SHORT_FORMS))}; better, write capabilities"
        raise UnreadablePolicyError(place, f"there is no policy {short_form[:32]!r}", hint)
    capabilities = (*(listed if short_form != "deny" else ()), *_SHORT_FORMS.get(short_form, ()))
    expiration = decoder.text(items, "expiration")
    expires = _valid(place, "expiration", seconds, expiration) if expiration else None
    return Stanza(path, place, capabilities, short_form, expires)


def _decode_others(items: tuple[Item, ...]) -> None:
    """What grants nothing has a type all the same; a comment has none."""
    for name in ("allowed_parameters", "denied_parameters"):
        decoder.lists_by_name(items, name)
    for name in ("required_parameters", "mfa_methods"):
        decoder.texts(items, name)
    for name in ("min_wrapping_ttl", "max_wrapping_ttl"):
        decoder.anything(items, name)
    decoder.integer(items, "pagination_limit")
    decoder.text(items, "list_scan_response_keys_filter_path")


def _check_limits(items: tuple[Item, ...], place: Place) -> None:
    ttls = []
    for name in ("min_wrapping_ttl", "max_wrapping_ttl"):
        found = decoder.anything(items, name)
        ttls.append(0 if found is None else _valid(place, name, nanoseconds, found))
    if all(ttls) and ttls[1] < ttls[0]:
        raise UnreadablePolicyError(place, "max_wrapping_ttl is less than min_wrapping_ttl", "exchange them")


def _check_filter(items: tuple[Item, ...], stanza: Stanza) -> None:
    """The template of a filter is Go's; of that language ``{{ .key }}`` and ``{{ .path }}`` are read, no more."""
    template = decoder.text(items, "list_scan_response_keys_filter_path")
    if not template:
        return
    if "list" not in stanza.capabilities:
        raise UnreadablePolicyError(stanza.place, "a filter of lists without the capability list", "add 'list'")
    fields = re.findall(r"\{\{-? *\.(key|path) *-?\}\}", template)
    if "key" not in fields or len(fields) != template.count("{{"):
        raise UnreadablePolicyError(stanza.place, "a filter of lists without the key", "write {{ .key }} into it")


def _check_template(path: str, place: Place) -> None:
    """Each ``{{`` has its ``}}``. Whether it means something is not looked at before somebody logs in."""
    first, *others = path.split("{{")
    if "}}" in first or any(piece.count("}}") != 1 for piece in others):
        raise UnreadablePolicyError(place, "'{{' and '}}' are no pairs in the path", "close each '{{'")


def _valid(place: Place, name: str, read: Callable[[_T], int], value: _T) -> int:
    try:
        return read(value)
    except ValueError as error:
        raise UnreadablePolicyError(
            place, f"{name}: {error}", 'write "1h30m", or a moment as "2030-01-31T00:00:00Z"'
        ) from None
