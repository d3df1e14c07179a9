# SPDX-License-Identifier: GPL-3.0-or-later
"""A document spread over files: each leaf to one of them, with the mappings it stands in."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import strategies as st

Path = tuple[str | int, ...]
Document = dict[str, Any]


def leaves(data: Document, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """What stands in ``data`` besides mappings; an empty mapping says something too."""
    for key, value in data.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, (*path, key))
        else:
            yield (*path, key), value


def value_at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data


@st.composite
def spread(draw: st.DrawFn, document: Document, names: Sequence[str]) -> tuple[dict[str, Document], dict[Path, str]]:
    """The files by name, in any order, and which of them has which leaf."""
    files: dict[str, Document] = {name: {} for name in draw(st.permutations(names))}
    owners: dict[Path, str] = {}
    for path, value in draw(st.permutations(list(leaves(document)))):
        owners[path] = draw(st.sampled_from(names))
        _put(files[owners[path]], path, copy.deepcopy(value))
    return files, owners


def _put(data: Document, path: Path, value: Any) -> None:
    for step in path[:-1]:
        data = data.setdefault(step, {})
    data[str(path[-1])] = value
