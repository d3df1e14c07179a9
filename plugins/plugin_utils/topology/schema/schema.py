# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schema of the topology, for editors; generated from the models and shipped with the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...documentation import schema_url
from ..model.kind import KINDS
from ..model.topology import Topology
from .field_words import words_by_key
from .schema_examples import EXAMPLES
from .shape import fields_by_key, models

SHIPPED = Path(__file__).parents[1] / "topology.schema.json"


def topology_schema() -> str:
    """The schema as stable text: keys sorted, one final line break."""
    schema = json_schema()
    schema["$id"] = schema_url()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    _complete(schema)
    _add_examples(schema)
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"


def json_schema() -> dict[str, Any]:
    """The schema as pydantic makes it, with what it leaves out: the words of a field, and a default that is made."""
    schema = Topology.model_json_schema(by_alias=True)
    for model in models(Topology):
        fields = (schema if model is Topology else schema["$defs"][model.__name__]).get("properties", {})
        for key, words in words_by_key(model).items():
            fields[key]["description"] = words
        for key, info in fields_by_key(model).items():
            if info.default_factory is not None:
                default: Any = info.get_default(call_default_factory=True, validated_data={})
                fields[key]["default"] = default.model_dump(mode="json", by_alias=True)
    return schema


def _complete(schema: Any) -> None:
    """Close mappings whose keys have a pattern, and say in words what a pattern wants.

    ``patternErrorMessage`` is a keyword of the YAML and JSON language servers, which would show the bare pattern
    otherwise; validators ignore it.
    """
    if isinstance(schema, dict):
        if "patternProperties" in schema:
            schema.setdefault("additionalProperties", False)
        if isinstance(schema.get("pattern"), str):
            kind = KINDS[schema["pattern"]]
            schema["patternErrorMessage"] = f"is not {kind.name}; {kind.hint}"
    for inside in list(schema.values()) if isinstance(schema, dict) else schema:
        if isinstance(inside, dict | list):
            _complete(inside)


def _add_examples(schema: dict[str, Any]) -> None:
    for (model, field), examples in EXAMPLES.items():
        holder = schema if model == Topology.__name__ else schema["$defs"][model]
        holder["properties"][field]["examples"] = list(examples)
