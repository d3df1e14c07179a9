# SPDX-License-Identifier: GPL-3.0-or-later
"""The shape of the models: which path of the topology a pydantic error is about, and what could stand there."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from ..model.topology import Topology
from ..position import Path


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an error stands: its path, and the model that holds the last step, if one does."""

    path: Path
    model: type[BaseModel] | None
    type: Any
    """What may stand here, as a type annotation; None when unknown."""


def spot(location: tuple[str | int, ...]) -> Spot:
    """The spot of a pydantic ``loc``, which names union members besides keys."""
    path: Path = ()
    here: Any = Topology
    model: type[BaseModel] | None = None
    for step in location:
        members = union_members(here)
        if members:
            here = members.get(str(step))
            continue
        if step == "[key]":
            break
        model = here if is_model(here) else None
        path, here = (*path, step), _inside(here, step)
    return Spot(path, model, here)


def is_model(annotation: Any) -> bool:
    """``annotation`` is one of our models."""
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def fields_by_key(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """Fields under the keys they have in YAML."""
    return {info.alias or name: info for name, info in model.model_fields.items()}


def union_members(annotation: Any) -> dict[str, Any]:
    """Members of a discriminated union by tag, plain types with their limits; empty when ``annotation`` is none."""
    members = [member for member in get_args(bare(annotation)) if member is not type(None)]
    if get_origin(bare(annotation)) not in (Union, types.UnionType) or len(members) < 2:
        return {}
    return {tag: bare(member) if is_model(bare(member)) else member for member in members for tag in _tags(member)}


def _tags(member: Any) -> Iterator[str]:
    """The tag a member is annotated with, or what its literal fields say."""
    tagged = [note.tag for note in get_args(member)[1:] if isinstance(note, Tag)]
    if tagged or not is_model(bare(member)):
        yield from tagged
        return
    for info in bare(member).model_fields.values():
        if get_origin(info.annotation) is Literal:
            yield from (str(value) for value in get_args(info.annotation))


def _inside(annotation: Any, step: str | int) -> Any:
    """The type of what stands at ``step`` inside ``annotation``."""
    kind = bare(annotation)
    if is_model(kind):
        info = fields_by_key(kind).get(str(step))
        return _without_none(info.annotation) if info else None
    arguments = get_args(kind)
    return _without_none(arguments[-1]) if get_origin(kind) in (dict, list, tuple) else None


def _without_none(annotation: Any) -> Any:
    """``X`` of ``X | None``; unions of several members stay."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return bare(annotation) if not union_members(annotation) else annotation
    members = [member for member in get_args(annotation) if member is not type(None)]
    return bare(members[0]) if len(members) == 1 else annotation


def bare(annotation: Any) -> Any:
    """``annotation`` without notes."""
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def models(root: type[BaseModel]) -> frozenset[type[BaseModel]]:
    """``root`` and every model that can stand inside it."""
    found: set[type[BaseModel]] = set()
    pending: list[Any] = [root]
    while pending:
        annotation = pending.pop()
        if not is_model(annotation):
            pending += get_args(annotation)
        elif annotation not in found:
            found.add(annotation)
            pending += (info.annotation for info in annotation.model_fields.values())
    return frozenset(found)
