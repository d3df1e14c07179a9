# SPDX-License-Identifier: GPL-3.0-or-later
"""Values that fit where a faulty one stands, so that everything around it can be judged."""

from __future__ import annotations

import re
import types
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from ..schema.shape import fields_by_key, is_model, union_members
from ..yaml.reader import Data

#: Texts with a number; the first that a pattern allows is taken.
_TEXTS = (
    "stand-in-{n}",
    "stand_in_{n}",
    "StandIn{n}",
    "STAND_IN_{n}",
    "/stand-in-{n}",
    "stand-in-{n}.slice",
    "stand-in-{n}.service",
    "service:stand-in-{n}",
    "https://stand-in-{n}.invalid",
    "https://stand-in-{n}.invalid/stand-in",
    "bao://stand-in/stand-in-{n}#key",
    "10.{high}.{middle}.{low}",
    "10.{middle}.{low}.0/24",
    "1.0.{n}",
    "{n}M",
    "0750",
    "0660",
    "{n:032x}",
    "{n:064x}",
    "{n:08x}-0000-0000-0000-000000000000",
    "{n:026d}",
    "{n:042d}A=",
    "age1{unlike_one}",
    "2099-12-31",
    "stand-in-{n}.invalid:443",
)


class NoStandInError(Exception):
    """No text is known that fits a pattern."""


class StandIns:
    """Makes values that fit a type.

    Version 0 says as little as a type allows, every other one as much as it can; of several choices each version takes
    another. Texts have a number of their own, so that no two stand-ins are the same.
    """

    def __init__(self, version: int, numbers: Iterator[int], names: Sequence[str]) -> None:
        self.is_rich = version > 0
        self._version = version
        self._numbers = numbers
        self._names = names

    def of(self, annotation: Any) -> Data:
        """A value for the type ``annotation``. Raises NoStandInError."""
        members = union_members(needed(annotation))
        if members:
            return self.of(members[self.chosen(sorted(members))])
        kind, notes = _parted(needed(annotation))
        if is_model(kind):
            return self._model(kind)
        if get_origin(kind) is Literal:
            return self.chosen(get_args(kind))
        if get_origin(kind) is list:
            return [self.of(get_args(kind)[0]) for _number in range(self._size(notes))]
        if get_origin(kind) is dict:
            return self._mapping(annotation)
        return self._plain(kind, notes)

    def chosen(self, options: Sequence[Any]) -> Any:
        """The option of this version."""
        return options[self._version % len(options)]

    def entries(self, annotation: Any) -> dict[str, Data]:
        """Entries under every name that something may be called, for a mapping without a limit."""
        kind, notes = _parted(needed(annotation))
        key, value = get_args(kind)
        pattern = _bound(_parted(key)[1], "pattern", None)
        if not self.is_rich or pattern is None or _bound(notes, "max_length", None):
            return {}
        names, self._names = self._names, ()  # an entry has no entries under every name itself
        found = {name: self.of(value) for name in names if re.fullmatch(pattern, name)}
        self._names = names
        return found

    def _mapping(self, annotation: Any) -> dict[str, Data]:
        kind, notes = _parted(needed(annotation))
        key, value = get_args(kind)
        return self.entries(annotation) | {str(self.of(key)): self.of(value) for _number in range(self._size(notes))}

    def _model(self, model: Any) -> Data:
        fields = fields_by_key(model).items()
        return {key: self.of(field_type(info)) for key, info in fields if self.is_rich or info.is_required()}

    def _plain(self, kind: Any, notes: Sequence[Any]) -> Data:
        if kind is bool:
            return self.is_rich
        if kind is int:
            return _bound(notes, "le", 2) if self._version % 2 else _bound(notes, "ge", 1)
        return self._text(_bound(notes, "pattern", "")) if kind is str else {}

    def _size(self, notes: Sequence[Any]) -> int:
        least: int = _bound(notes, "min_length", 0)
        return max(int(self.is_rich), least)

    def _text(self, pattern: str) -> str:
        number = next(self._numbers)
        found = next((text for text in stand_in_texts(number) if re.search(pattern, text)), None)
        if found is None:
            raise NoStandInError(pattern)
        return found


def stand_in_texts(number: int) -> Iterator[str]:
    """Texts of every kind that hold ``number``."""
    parts = {"high": number >> 16 & 255, "middle": number >> 8 & 255, "low": number & 255}
    unlike_one = f"{number:058d}".replace("1", "z")
    return (text.format(n=number, unlike_one=unlike_one, **parts) for text in _TEXTS)


def numbers() -> Iterator[int]:
    """For all versions of one topology."""
    return count(1)


def field_type(info: FieldInfo) -> Any:
    """The type of a field with what limits it."""
    return Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation


def needed(annotation: Any) -> Any:
    """``X`` of ``X | None``, with what limits it."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    members = [member for member in get_args(annotation) if member is not type(None)]
    return members[0] if len(members) == 1 else annotation


def options(annotation: Any) -> int:
    """How many choices a value of the type has, itself or as an entry."""
    members = union_members(needed(annotation))
    if members:
        return len(members)
    kind, _notes = _parted(needed(annotation))
    if get_origin(kind) is Literal:
        return len(get_args(kind))
    return options(get_args(kind)[-1]) if get_origin(kind) in (dict, list) else 1


def _parted(annotation: Any) -> tuple[Any, list[Any]]:
    """The type itself, and the notes that limit it, the outermost first."""
    if get_origin(annotation) is not Annotated:
        return annotation, []
    kind, *notes = get_args(annotation)
    return kind, [one for note in reversed(notes) for one in (note.metadata if isinstance(note, FieldInfo) else [note])]


def _bound(notes: Sequence[Any], name: str, default: Any) -> Any:
    found = (getattr(note, name, None) for note in notes)
    return next((one for one in found if one is not None), default)
