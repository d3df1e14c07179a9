# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of old keys: every successor is there to be written, no old key is, and only errors read the table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import fields_by_key, models
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.words.successors import Successor, successors
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.yaml.reader import Reader
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.yaml.source import read_source

from ..annotated import violations
from ..base import ROOT, VALID, written

FOLDER = ROOT / "plugins" / "plugin_utils" / "topology"
SCHEMA: dict[str, Any] = json.loads((FOLDER / "topology.schema.json").read_text(encoding="utf-8"))
OLD = successors()
MODELS = {model.__name__: fields_by_key(model) for model in models(Topology)}


def below(schema: dict[str, Any], step: str) -> Iterator[dict[str, Any]]:
    """The schemas of what may stand at ``step``; a word in angle brackets is any id."""
    for choice in (schema, *schema.get("anyOf", ()), *schema.get("oneOf", ())):
        if "$ref" in choice:
            yield from below(SCHEMA["$defs"][choice["$ref"].rpartition("/")[2]], step)
        elif choice is not schema:
            yield from below(choice, step)
    if step in schema.get("properties", {}):
        yield schema["properties"][step]
    for pattern, entry in schema.get("patternProperties", {}).items():
        if step.startswith("<") or re.search(pattern, step):
            yield entry


def is_in_schema(path: Successor) -> bool:
    here = [SCHEMA]
    for step in path:
        here = [found for schema in here for found in below(schema, step)]
    return bool(here)


@pytest.mark.parametrize("path", sorted({*OLD.environment.values(), *OLD.sections.values()}), ids=".".join)
def test_a_successor_is_a_path_of_the_schema(path: Successor) -> None:
    assert is_in_schema(path)


@pytest.mark.parametrize("path", [("absent",), ("openbao", "absent"), ("runtime_assets", "<a>", "helm", "absent")])
def test_a_path_that_nothing_may_stand_at_is_not_in_the_schema(path: Successor) -> None:
    assert not is_in_schema(path)


def test_the_successor_of_a_field_is_a_field_of_the_same_model() -> None:
    wrong = [(name, new) for name, table in OLD.fields.items() for new in table.values() if new not in MODELS[name]]
    assert wrong == []


def test_the_successor_of_a_selector_is_a_key_of_a_binding() -> None:
    bindings = {key for name, fields in MODELS.items() if name.endswith("Binding") for key in fields}
    assert set(OLD.selectors.values()) <= bindings


def test_no_old_key_is_a_key_of_today() -> None:
    today = {key for fields in MODELS.values() for key in fields}
    assert OLD.environment.keys().isdisjoint(today)
    assert OLD.sections.keys().isdisjoint(fields_by_key(Topology))
    assert all(table.keys().isdisjoint(MODELS[name]) for name, table in OLD.fields.items())


def test_the_table_is_as_strict_a_yaml_as_a_topology() -> None:
    reader = Reader(read_source(str(FOLDER / "words" / "successors.yml")))
    reader.read()
    assert (reader.violations, reader.is_whole) == ([], True)


def test_the_table_is_read_for_an_unknown_key_alone(tmp_path: Path) -> None:
    successors.cache_clear()
    load_topology(written(tmp_path, VALID))
    violations(written(tmp_path, VALID.replace("profile: lab", "profile: 5")))
    assert successors.cache_info().currsize == 0
    assert "is an old key" in violations(written(tmp_path, f"{VALID}FRACTALOPS_BAO_ADDR: x\n"))[0]
    assert successors.cache_info().currsize == 1
