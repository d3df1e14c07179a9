# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of old keys beside this file, read when somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path as FilePath
from typing import Any

from ..yaml.reader import Reader
from ..yaml.source import read_source

#: Keys from the root of the topology; ``<portal>`` stands for the id of an asset of that role.
Successor = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Successors:
    """Old keys by where they stood, and what took their place."""

    environment_prefix: str
    """Names of environment variables had it or not."""
    environment: dict[str, Successor]
    sections: dict[str, Successor]
    fields: dict[str, dict[str, str]]
    """By the name of a model: the old key, and the field of the same model."""
    selectors: dict[str, str]
    """Where something runs, and the key of a binding that says it."""


@cache
def successors() -> Successors:
    """The whole table."""
    reader = Reader(read_source(str(FilePath(__file__).with_suffix(".yml"))))
    reader.read()
    table: dict[str, Any] = reader.data
    paths = {name: _paths(table.pop(name)) for name in ("environment", "sections")}
    return Successors(**table | paths)


def _paths(table: dict[str, str]) -> dict[str, Successor]:
    return {key: tuple(path.split(".")) for key, path in table.items()}
