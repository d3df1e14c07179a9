# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules that a faulty topology breaks however its faults are mended, so that one run tells all that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as FilePath

from pydantic import ValidationError

from ..model.topology import Topology
from ..position import Path
from ..rules import broken_rules
from ..schema.schema_folder import SchemaFolder
from ..violation import Violation
from ..words.wording import words
from ..yaml.reader import Data
from .repair import Repair
from .sample import MAX_ERRORS
from .stand_in import NoStandInError, StandIns, numbers

#: A tag of a union that was faulty shows faults of the fields beside it, which nobody has looked at before.
_ROUNDS = 4
#: Names that something may be called by; more are as good as all.
_MOST_NAMES = 5000


def rules_broken_by_the_sound_part(
    data: dict[str, Data], wrong: Mapping[Path, bool], folder: FilePath
) -> list[Violation]:
    """What is broken in every version of ``data`` with stand-ins at the ``wrong`` places, and speaks of none of them.

    Empty when too much is wrong to judge anything.
    """
    try:
        return _broken_in_every_version(data, {path: at_key for path, at_key in wrong.items() if path}, folder)
    except (NoStandInError, ValidationError):
        return []


def _broken_in_every_version(data: dict[str, Data], wrong: Mapping[Path, bool], folder: FilePath) -> list[Violation]:
    counter, names = numbers(), sorted(set(_texts(data)))[:_MOST_NAMES]
    schemas = SchemaFolder(folder)
    topology, repair = _version(data, wrong, StandIns(0, counter, names))
    found = [one for one in broken_rules(topology, schemas) if not _may_follow(one, data, repair)]
    for number in range(1, repair.choices):
        if found:
            topology, _repair = _version(data, wrong, StandIns(number, counter, names))
            broken = set(broken_rules(topology, schemas))
            found = [one for one in found if one in broken]
    return found


def _version(data: Data, wrong: Mapping[Path, bool], stand_ins: StandIns) -> tuple[Topology, Repair]:
    """One version. Raises ValidationError when it cannot be made sound, NoStandInError."""
    for _round in range(_ROUNDS):
        repair = Repair(data, wrong, stand_ins)
        try:
            return Topology.model_validate(repair.data), repair
        except ValidationError as error:
            if error.error_count() > MAX_ERRORS:
                raise
            wrong = {found.path: found.at_key for found in words(error, repair.data)} | dict(wrong)
    return Topology.model_validate(Repair(data, wrong, stand_ins).data), repair


def _may_follow(found: Violation, data: Data, repair: Repair) -> bool:
    """It speaks of a faulty place, of what an old key meant, or of what a list or mapping with a faulty entry lacks."""
    if any(_is_within(found.path, meant) for meant in repair.meant):
        return True
    for place in (found.path, found.first or ()):
        if any(place[:length] in repair.wrong for length in range(1, len(place) + 1)):
            return True
        if place in repair.partial or (place[:-1] in repair.partial and not _is_given(data, place)):
            return True
    return False


def _is_within(path: Path, pattern: Path) -> bool:
    """``path`` is at or under ``pattern``, in which a step in <> is any."""
    pairs = zip(path, pattern, strict=False)
    return len(path) >= len(pattern) and all(step == one or str(one).startswith("<") for step, one in pairs)


def _is_given(data: Data, path: Path) -> bool:
    for step in path:
        is_there = isinstance(step, int) if isinstance(data, list) else isinstance(data, dict) and step in data
        if not is_there:
            return False
        data = data[step]
    return True


def _texts(data: Data) -> Iterator[str]:
    """Every text of ``data``, keys too."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from _texts(value)
    elif isinstance(data, Sequence):
        for value in data:
            yield from _texts(value)
