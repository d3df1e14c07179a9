# SPDX-License-Identifier: GPL-3.0-or-later
"""What a newer JSON Schema refuses although an older one allowed it.

Knows the keywords that our models give. A pattern that differs counts as narrower unless it is listed as wider.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from operator import gt, lt
from typing import Any, Final

Schema = dict[str, Any]
#: What tightens a limit: a larger lower one, a smaller upper one.
_LIMITS: Final = {
    **dict.fromkeys(("minimum", "minLength", "minItems", "minProperties"), gt),
    **dict.fromkeys(("maximum", "maxLength", "maxItems", "maxProperties"), lt),
}
_HOST = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*"
_PORT = r":([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
_PATTERN_OF_URLS = (
    rf"^https?://{_HOST}({_PORT})?(/[A-Za-z0-9._~!&'()*+,;=:@%/-]*)?(\?[A-Za-z0-9._~!&'()*+,;=:@%/?-]*)?$"
)
_STEP = r"([A-Za-z0-9._~!&'()*+,;=:@%-]|\{instance\})"
_PATTERN_OF_LOCAL_URLS = (
    rf"^https?://{_HOST}(({_PORT})|:[0-9]{{0,4}}\{{instance\}}[0-9]{{0,4}})?(/({_STEP}|/)*)?(\?({_STEP}|[/?])*)?$"
)
#: Patterns that replaced one and allow all that it did; a test makes texts of the old ones and tries them.
WIDER: Final = {
    "^[A-Z_][A-Z0-9_]{0,126}$": "^[A-Za-z_][A-Za-z0-9_]{0,126}$",
    _PATTERN_OF_URLS: _PATTERN_OF_LOCAL_URLS,
}
#: Definitions that took the place of one, which others now stand beside.
RENAMED: Final = {"Health": "HttpHealth"}
_CHOICES: Final = ("oneOf", "anyOf")


@dataclass(frozen=True, order=True, slots=True)
class BreakingChange:
    """A place of a document, and what no longer holds there."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path or 'the root'}: {self.what}"


def breaking_changes(old: Schema, new: Schema) -> list[BreakingChange]:
    """Sorted by path; empty when every document that ``old`` allows is allowed by ``new``."""
    return sorted(set(_Comparison(old, new).at("", old, new)))


class _Comparison:
    """Two whole schemas, whose definitions are looked up while their parts are compared."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new
        self._seen: set[tuple[str, str]] = set()

    def at(self, path: str, old: Schema, new: Schema) -> Iterator[BreakingChange]:
        """Changes at ``path`` and below; a pair of definitions is compared where it is first met."""
        pair = (old.get("$ref", ""), new.get("$ref", ""))
        if all(pair):
            if pair in self._seen:
                return
            self._seen.add(pair)
        old_members, new_members = _members(old, self._old), _members(new, self._new)
        for old_name, member in old_members.items():
            name = old_name if old_name in new_members else RENAMED.get(old_name, old_name)
            if name in new_members:
                yield from self._member(path, member, new_members[name])
            elif len(old_members) == len(new_members) == 1:
                yield BreakingChange(path, f"was {name}, is {min(new_members)}")
            else:
                yield BreakingChange(path, f"may no longer be {name}")

    def _member(self, path: str, old: Schema, new: Schema) -> Iterator[BreakingChange]:
        for what in (*_narrowed_values(old, new), *_narrowed_limits(old, new)):
            yield BreakingChange(path, what)
        yield from self._fields(path, old, new)
        for keyword in ("items", "additionalProperties"):
            if isinstance(old.get(keyword), dict) and isinstance(new.get(keyword), dict):
                yield from self.at(f"{path}[]", old[keyword], new[keyword])
        yield from self._entries(path, old, new)

    def _fields(self, path: str, old: Schema, new: Schema) -> Iterator[BreakingChange]:
        known = new.get("properties", {})
        for name, field in old.get("properties", {}).items():
            if name in known:
                yield from self.at(_below(path, name), field, known[name])
            else:
                yield BreakingChange(_below(path, name), "was removed")
        for name in sorted({*new.get("required", ())} - {*old.get("required", ())}):
            yield BreakingChange(_below(path, name), "is required now")

    def _entries(self, path: str, old: Schema, new: Schema) -> Iterator[BreakingChange]:
        """Values of a mapping by id, whose keys have one pattern."""
        before, now = old.get("patternProperties", {}), new.get("patternProperties", {})
        if before and now:
            ((old_pattern, old_value), *_others) = before.items()
            ((new_pattern, new_value), *_others) = now.items()
            if new_pattern not in (old_pattern, WIDER.get(old_pattern)):
                yield BreakingChange(path, "the pattern of its keys changed")
            yield from self.at(f"{path}.*", old_value, new_value)
        elif now:
            yield BreakingChange(path, "its keys have a pattern now")


def _members(schema: Schema, whole: Schema) -> dict[str, Schema]:
    """What may stand here, by a name that stays the same while its content changes."""
    return {_name(choice): _resolved(choice, whole) for choice in _choices(schema)}


def _choices(schema: Schema) -> list[Schema]:
    """Itself, or what it chooses from, choices inside of choices too."""
    choices = next((schema[keyword] for keyword in _CHOICES if keyword in schema), None)
    return [schema] if choices is None else [inside for choice in choices for inside in _choices(choice)]


def _resolved(schema: Schema, whole: Schema) -> Schema:
    reference = schema.get("$ref")
    return dict(whole["$defs"][reference.rpartition("/")[2]]) if reference else schema


def _name(schema: Schema) -> str:
    """The definition or the type; anything when neither is given."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    return str(schema.get("type", "anything"))


def _narrowed_values(old: Schema, new: Schema) -> Iterator[str]:
    before, now = _values(old), _values(new)
    if now is not None and (before is None or before - now):
        gone = sorted(before - now) if before else ["others"]
        yield f"no longer allows {', '.join(gone)}"
    if "pattern" in new and new["pattern"] not in (old.get("pattern"), WIDER.get(old.get("pattern", ""))):
        yield "its pattern changed"


def _narrowed_limits(old: Schema, new: Schema) -> Iterator[str]:
    for keyword, tightens in _LIMITS.items():
        if keyword in new and (keyword not in old or tightens(new[keyword], old[keyword])):
            yield f"{keyword} is {new[keyword]} now"
    if old.get("additionalProperties", True) is not False and new.get("additionalProperties") is False:
        yield "is closed now"


def _values(schema: Schema) -> set[str] | None:
    """The values an enum or const allows, as JSON; None when it has neither."""
    if "const" in schema:
        return {json.dumps(schema["const"])}
    return {json.dumps(value) for value in schema["enum"]} if "enum" in schema else None


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
