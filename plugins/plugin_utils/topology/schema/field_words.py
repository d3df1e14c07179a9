# SPDX-License-Identifier: GPL-3.0-or-later
"""What each field of a model is for: the string below it in the source.

Pydantic can keep these texts itself (``use_attribute_docstrings``), but then it parses the source of every model at
every start, which took 42 ms of the 100 ms that the models cost. Here they are read when somebody asks.
"""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from pydantic import BaseModel


@cache
def field_words(model: type[BaseModel]) -> Mapping[str, str]:
    """The text of each field of ``model``, inherited ones included, by the field's name in Python."""
    found: dict[str, str] = {}
    for one in reversed(model.__mro__):
        if issubclass(one, BaseModel) and one is not BaseModel:
            found |= _own_words(one)
    return found


def words_by_key(model: type[BaseModel]) -> Mapping[str, str]:
    """The text of each field under the key it has in YAML."""
    words = field_words(model)
    return {info.alias or name: words[name] for name, info in model.model_fields.items() if name in words}


def _own_words(model: type[BaseModel]) -> dict[str, str]:
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(model))).body
    body = definition.body if isinstance(definition, ast.ClassDef) else []
    return {
        field.target.id: inspect.cleandoc(words.value.value)
        for field, words in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(words, ast.Expr)
        and isinstance(words.value, ast.Constant)
        and isinstance(words.value.value, str)
    }
