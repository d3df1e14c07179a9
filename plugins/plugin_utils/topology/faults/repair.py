# SPDX-License-Identifier: GPL-3.0-or-later
"""A faulty topology with a stand-in at each faulty place: everything else stays, and stays where it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from ..model.health import HEALTH_KINDS, health_kind, one_or_several
from ..model.runtime_asset import binding_type
from ..model.topology import Topology
from ..model.unit import several
from ..position import Path
from ..schema.shape import bare, fields_by_key, is_model, union_members
from ..words.old_key import successor
from ..yaml.reader import Data
from .stand_in import StandIns, field_type, needed, options

#: Where the unions of our models say which member it is.
_TAGS: tuple[Path, ...] = (("binding", "type"), ("type",), ("method",))


class Repair:
    """One version of ``data``. ``wrong`` are the faulty places; of each, whether the key itself is at fault.

    Raises NoStandInError.
    """

    def __init__(self, data: Data, wrong: Mapping[Path, bool], stand_ins: StandIns) -> None:
        self.partial: set[Path] = set()
        """Lists with a faulty item, and mappings with a faulty name: what they lack may be what was meant."""
        self.meant: set[Path] = set()
        """What took the place of old keys; a step in <> is any."""
        self.choices = 2
        """How many versions show every choice at the faulty places."""
        self.wrong = wrong
        self._around = {path[:length] for path in wrong for length in range(len(path))}
        self._stand_ins = stand_ins
        self.data = self._of(data, Topology, (), is_open=False)

    def _of(self, data: Data, annotation: Any, path: Path, *, is_open: bool) -> Data:
        """``data`` without faults. In an open model a key is faulty, which may be meant for any that is not there."""
        if path in self.wrong:
            return self._stand_in(annotation)
        kind, members = bare(needed(annotation)), union_members(needed(annotation))
        if data is None or not (path in self._around or (is_open and (members or is_model(kind)))):
            return data
        if members:
            return self._member(data, members, path, is_open=is_open)
        return self._inside(data, annotation, path, is_open=is_open)

    def _inside(self, data: Data, annotation: Any, path: Path, *, is_open: bool) -> Data:
        """A model, list or mapping with faults somewhere inside."""
        kind = bare(needed(annotation))
        if is_model(kind):
            return self._model(data, kind, path, is_open=is_open) if isinstance(data, dict) else self._stand_in(kind)
        if get_origin(kind) is list and isinstance(data, list):
            return self._list(data, get_args(kind)[0], path)
        return self._mapping(data, annotation, path) if get_origin(kind) is dict and isinstance(data, dict) else data

    def _stand_in(self, annotation: Any) -> Data:
        self.choices = max(self.choices, options(annotation))
        return self._stand_ins.of(annotation)

    def _member(self, data: Data, members: Mapping[str, Any], path: Path, *, is_open: bool) -> Data:
        """A member of a union; its fields stay when only its tag is faulty."""
        tag = next((tag for tag in _TAGS if (*path, *tag) in self.wrong), None)
        if tag is not None:
            self.choices = max(self.choices, len(members))
            data = _with(data, tag, self._stand_ins.chosen(sorted(members)))
        member = members.get(_tag(data, members))
        return data if member is None else self._of(data, member, path, is_open=is_open)

    def _model(self, data: dict[str, Data], model: type[BaseModel], path: Path, *, is_open: bool) -> Data:
        fields = fields_by_key(model)
        unknown = [key for key in data if key not in fields]
        self.meant.update(filter(None, (successor(model, (*path, key)) for key in unknown)))
        is_open = is_open or bool(unknown)
        repaired: dict[str, Data] = {}
        for key, info in fields.items():
            if (*path, key) in self.wrong or (unknown and key not in data):
                self.choices = max(self.choices, options(field_type(info)))
            is_given = key in data and not ((*path, key) in self.wrong and not info.is_required())
            if is_given:
                repaired[key] = self._of(data[key], field_type(info), (*path, key), is_open=is_open)
            elif info.is_required() or (self._stand_ins.is_rich and (is_open or key in data)):
                repaired[key] = self._stand_in(field_type(info))
        return repaired

    def _mapping(self, data: dict[str, Data], annotation: Any, path: Path) -> Data:
        value_type = get_args(bare(needed(annotation)))[1]
        kept = {
            key: self._of(value, value_type, (*path, key), is_open=False)
            for key, value in data.items()
            if not self.wrong.get((*path, key), False)
        }
        if len(kept) < len(data):
            self.partial.add(path)
            kept = self._stand_ins.entries(annotation) | kept
        return kept or self._stand_ins.of(annotation)

    def _list(self, data: Sequence[Data], item_type: Any, path: Path) -> Data:
        if any((*path, number) in self.wrong for number in range(len(data))):
            self.partial.add(path)
        return [self._of(item, item_type, (*path, number), is_open=False) for number, item in enumerate(data)]


def _tag(data: Data, members: Mapping[str, Any]) -> str:
    """Which member of a union ``data`` is."""
    if not isinstance(data, dict):
        return next(tag for tag in (several(data), one_or_several(data)) if tag in members)
    if set(members) == set(HEALTH_KINDS):
        return str(health_kind(data))
    return str(binding_type(data) or data.get("type") or data.get("method"))


def _with(data: Data, path: Path, value: Data) -> Data:
    """``data`` with ``value`` at ``path``; what is no mapping on the way becomes one."""
    inside, (first, *rest) = dict(data) if isinstance(data, dict) else {}, path
    inside[str(first)] = _with(inside.get(str(first)), tuple(rest), value) if rest else value
    return inside
