# SPDX-License-Identifier: GPL-3.0-or-later
"""A file of waivers on the controller."""

from __future__ import annotations

from collections.abc import Collection

from ..topology.yaml.place import PlaceIndex
from ..topology.yaml.reader import Reader
from ..topology.yaml.source import RefusedSourceError, read_source, refused_characters
from .waiver import Place, Waiver, WaiverError, parse_waivers


def read_waivers(path: str, rules: Collection[str]) -> tuple[Waiver, ...]:
    """The list below ``waivers`` of a YAML or JSON file, read as strictly as a topology. Raises WaiverError."""
    try:
        source = read_source(path)
    except RefusedSourceError as refused:
        raise WaiverError(str(refused.violation)) from None
    reader = Reader(source)
    reader.read()
    reasons = [*reader.violations, *refused_characters(source)]
    if reasons:
        raise WaiverError("\n".join(str(reason) for reason in reasons))
    data = reader.data
    if not isinstance(data, dict) or set(data) != {"waivers"} or not isinstance(data["waivers"], list):
        raise WaiverError(f"{path}: holds no waivers; write a list below the one key waivers")
    places = PlaceIndex(source)

    def origin(number: int) -> Place:
        where = places.where(("waivers", number))
        return Place(path, where.line, where.column)

    return parse_waivers(data["waivers"], origin, rules)
