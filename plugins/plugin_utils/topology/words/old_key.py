# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys of earlier configurations, and what took their place. They are errors: nothing is read under two names."""

from __future__ import annotations

from collections.abc import Container

from pydantic import BaseModel

from ..position import Path
from ..schema.shape import fields_by_key
from ..yaml.reader import Data
from .successors import successors


def successor(model: type[BaseModel] | None, path: Path) -> Path | None:
    """The path that took the place of the unknown key at the end of ``path``, or None when it is no old key."""
    old, key, known = successors(), str(path[-1]), fields_by_key(model) if model else {}
    here, name = path[:-1], model.__name__ if model else ""
    bare = key.removeprefix(old.environment_prefix)
    if bare in old.environment:
        return old.environment[bare]
    if name == "Topology" and key in old.sections:
        return old.sections[key]
    if key in old.fields.get(name, ()):
        return (*here, old.fields[name][key])
    if key in old.selectors:
        field = old.selectors[key]
        steps = {"binding": ("binding", field), "asset": ("asset",), "type": (field,)}
        return next(((*here, *step) for holder, step in steps.items() if _is_selector_of(holder, step, known)), None)
    return None


def is_environment_name(key: str) -> bool:
    """``key`` is written like an environment variable, and no field is."""
    return key.isupper() and "_" in key


def is_given(data: Data, path: Path) -> bool:
    """Something stands at ``path``."""
    for step in path:
        if not isinstance(data, dict) or step not in data:
            return False
        data = data[step]
    return True


def _is_selector_of(field: str, step: tuple[str, ...], known: Container[str]) -> bool:
    """A model with ``field`` takes the selector; one with a type is a binding, if it has the key itself."""
    return field in known and (field != "type" or step[0] in known)
