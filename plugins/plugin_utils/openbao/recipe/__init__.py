# SPDX-License-Identifier: GPL-3.0-or-later
"""How secrets are made, one file per recipe. A recipe's library is loaded when a topology first asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module

from .failure import InvalidRecipeError, MissingLibraryError
from .recipe import PUBLIC_SUFFIX, Recipe

__all__ = ["PUBLIC_SUFFIX", "InvalidRecipeError", "MissingLibraryError", "Recipe", "recipe"]

#: Type, which is also the name of its file → class.
_CLASSES = {"age": "Age", "nkey": "NKey", "password": "Password", "ssh_key": "SshKey", "tls": "Tls"}


def recipe(data: Mapping[str, object]) -> Recipe:
    """The recipe of plain ``data``, such as ``{"type": "password", "length": 32}``; lists become tuples.

    Raises InvalidRecipeError, MissingLibraryError.
    """
    kind = data.get("type")
    if not isinstance(kind, str) or kind not in _CLASSES:
        raise InvalidRecipeError(f"recipe: no such type; choose one of {', '.join(_CLASSES)}")
    fields = {name: tuple(value) if isinstance(value, list) else value for name, value in data.items()}
    del fields["type"]
    made = _class(kind)
    unknown = sorted(fields.keys() - vars(made)["__dataclass_fields__"].keys())
    if unknown:
        raise InvalidRecipeError(f"recipe {kind}: has no field {', '.join(unknown)}; remove it")
    try:
        return made(**fields)
    except TypeError:
        raise InvalidRecipeError(f"recipe {kind}: a field is missing or of the wrong type; correct it") from None


def _class(kind: str) -> type[Recipe]:
    try:
        module = import_module(f".{kind}", __package__)
    except ModuleNotFoundError as error:
        raise MissingLibraryError(kind, str(error.name).partition(".")[0]) from None
    found: type[Recipe] = getattr(module, _CLASSES[kind])
    return found
