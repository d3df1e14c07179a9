# SPDX-License-Identifier: GPL-3.0-or-later
"""From pydantic's errors to ours: the path as written in YAML, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, get_args

from pydantic import ValidationError

from ..model.health import HEALTH_KINDS
from ..model.kind import KINDS
from ..schema.field_words import words_by_key
from ..schema.shape import Spot, fields_by_key, is_model, spot, union_members
from ..violation import Violation, dotted
from ..yaml.reader import Data
from .close_names import close_names
from .old_key import is_environment_name, is_given, successor

#: What each type error of pydantic wants.
_TYPES = {
    "string_type": ("needs text", "quote it if it looks like a number"),
    "int_type": ("needs a whole number", "write it without quotes, dots or underscores"),
    "int_from_float": ("needs a whole number", "write it without a dot"),
    "bool_type": ("needs true or false", "write it without quotes"),
    "float_type": ("needs a number", "write it without quotes"),
    "list_type": ("needs a list", "write one item per line, each after a dash"),
    "dict_type": ("needs a mapping", "write key: value lines"),
    "model_type": ("needs a mapping", "write key: value lines"),
    "model_attributes_type": ("needs a mapping", "write key: value lines"),
}
_LIMITS = {
    "greater_than_equal": ("ge", "is too small", "write at least {}"),
    "less_than_equal": ("le", "is too large", "write at most {}"),
    "string_too_long": ("max_length", "is too long", "use at most {} characters"),
    "string_too_short": ("min_length", "is too short", "use at least {} characters"),
    "too_short": ("min_length", "has too few entries", "write at least {}"),
    "too_long": ("max_length", "has too many entries", "write at most {}"),
}


def words(error: ValidationError, data: Data) -> Iterator[Violation]:
    """Every error of ``data`` as a violation, without the value that failed."""
    for detail in error.errors(include_url=False, include_input=False):
        yield _violation(detail, data)


def _violation(detail: Mapping[str, Any], data: Data) -> Violation:
    kind, context, location = detail["type"], detail.get("ctx", {}), detail["loc"]
    where = spot(location)
    at_key = bool(location) and location[-1] == "[key]"
    if kind == "extra_forbidden":
        return _unknown(where, data)
    if kind in _SPECIAL:
        return replace(_SPECIAL[kind](where, context), at_key=at_key)
    if kind in _TYPES:
        what, hint = _TYPES[kind]
    elif kind in _LIMITS:
        limit, what, template = _LIMITS[kind]
        hint = template.format(context[limit])
    else:
        what, hint = "does not fit", "see the schema of this field"
    return Violation(where.path, what, hint, at_key=at_key)


def _missing(where: Spot, _context: Mapping[str, Any]) -> Violation:
    return Violation(where.path, "is missing", f"add it{_meaning(where)}")


def _unknown(where: Spot, data: Data) -> Violation:
    key, new = str(where.path[-1]), successor(where.model, where.path)
    if new is not None and is_given(data, new):
        what = f"is an old key beside {dotted(new)}: neither takes precedence"
        return Violation(where.path, what, "remove the old one", first=new, at_key=True)
    if new is not None:
        return Violation(where.path, "is an old key", f"write {dotted(new)}", at_key=True)
    known = fields_by_key(where.model) if where.model else {}
    what = "is the name of an environment variable, which nothing reads" if is_environment_name(key) else "unknown key"
    return Violation(where.path, what, close_names(key.lower(), known), at_key=True)


def _pattern(where: Spot, context: Mapping[str, Any]) -> Violation:
    kind = KINDS[context["pattern"]]
    return Violation(where.path, f"is not {kind.name}", kind.hint)


def _choice(where: Spot, context: Mapping[str, Any]) -> Violation:
    return Violation(
        where.path,
        "is not one of the values allowed here",
        f"write {_EXPECTED.get(context['expected'], context['expected'])}",
    )


def _union(where: Spot, context: Mapping[str, Any]) -> Violation:
    """The key that chooses the member says nothing we know."""
    if context["discriminator"] == "health_kind()":
        kinds = ", ".join(HEALTH_KINDS)
        return Violation(where.path, "says how it is asked more than once", f"keep one of: {kinds}")
    key = _DISCRIMINATORS.get(context["discriminator"], (context["discriminator"].strip("'"),))
    tags = ", ".join(sorted(union_members(where.type)))
    return Violation((*where.path, *key), "is missing or not one of the values allowed here", f"write one of: {tags}")


def _meaning(where: Spot) -> str:
    """What the field is for, from its docstring; for a mapping, the keys it needs."""
    info = fields_by_key(where.model).get(str(where.path[-1])) if where.model else None
    meaning = words_by_key(where.model).get(str(where.path[-1])) if where.model else None
    if meaning:
        return f": {meaning.splitlines()[0].rstrip('.')}"
    kinds = [KINDS[note.pattern].name for note in info.metadata if getattr(note, "pattern", None)] if info else []
    if kinds:
        return f": {kinds[0]}"
    if is_model(where.type):
        needed = [key for key, field in fields_by_key(where.type).items() if field.is_required()]
        return f", with {', '.join(needed)}" if needed else ""
    literals = [str(value) for value in get_args(where.type) if isinstance(value, str | int)]
    return f", one of: {', '.join(literals)}" if literals else ""


#: Python's words for YAML's.
_EXPECTED = {"True": "true", "False": "false"}
#: Discriminators that are functions, and the key they look at.
_DISCRIMINATORS = {"binding_type()": ("binding", "type")}
_SPECIAL: dict[str, Callable[[Spot, Mapping[str, Any]], Violation]] = {
    "missing": _missing,
    "string_pattern_mismatch": _pattern,
    "literal_error": _choice,
    "union_tag_invalid": _union,
    "union_tag_not_found": _union,
}
