# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped JSON Schema is the one of the models, and says the same as they do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.kind import KINDS, text
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema import SHIPPED, topology_schema
from jsonschema import Draft202012Validator

from .annotated import FOLDER
from .base import ROOT

INVENTORIES = sorted((ROOT / "inventories").glob("*/topology.yml"))
BY_SCHEMA = [
    *(
        "fields_of_the_wrong_type",
        "fields_that_do_not_fit",
        "fields_unknown_and_missing",
        "fields_of_sections",
        "types",
    ),
    *("identifiers", "modes_and_ports", "names_of_hosts_and_zones", "old_keys", "paths", "secret_refs", "templates"),
    *("a_fleet_gets_a_minimal_environment", "an_idp_has_three_urls", "internal_dns_is_complete", "kubernetes_names"),
    *("policies_allow_what_exists", "release_sources", "units", "versions_and_times"),
]


def validator() -> Draft202012Validator:
    return Draft202012Validator(json.loads(SHIPPED.read_text(encoding="utf-8")))


def patterns(schema: Any) -> set[str]:
    """Every pattern anywhere in ``schema``."""
    if isinstance(schema, dict):
        own = {schema["pattern"]} if isinstance(schema.get("pattern"), str) else set()
        return own.union(*(patterns(inside) for inside in schema.values()))
    return set().union(*(patterns(inside) for inside in schema)) if isinstance(schema, list) else set()


def test_the_shipped_schema_is_current() -> None:
    assert SHIPPED.read_text(encoding="utf-8") == topology_schema(), "run: python -m …topology schema"


def test_the_shipped_schema_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(json.loads(SHIPPED.read_text(encoding="utf-8")))


def test_the_schema_is_known_by_where_its_released_version_is() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    place = galaxy["repository"].replace("github.com", "raw.githubusercontent.com")
    path = SHIPPED.resolve().relative_to(ROOT.resolve()).as_posix()
    schema = json.loads(SHIPPED.read_text(encoding="utf-8"))
    assert schema["$id"] == f"{place}/v{galaxy['version']}/{path}"
    assert f"# yaml-language-server: $schema={schema['$id']}\n" in (ROOT / "docs/write-a-topology.md").read_text(
        "utf-8"
    )
    assert schema["$schema"] == Draft202012Validator.META_SCHEMA["$id"]


def test_every_pattern_has_words() -> None:
    assert patterns(json.loads(topology_schema())) <= KINDS.keys()


def test_two_kinds_of_text_cannot_share_a_pattern() -> None:
    with pytest.raises(ValueError, match="has the same pattern as an identifier"):
        text(next(pattern for pattern, kind in KINDS.items() if kind.name == "an identifier"), "a thing", "write it")


@pytest.mark.parametrize("file", INVENTORIES, ids=lambda file: file.parent.name)
def test_shipped_topologies_satisfy_the_schema(file: Path) -> None:
    assert list(validator().iter_errors(yaml.safe_load(file.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("name", BY_SCHEMA)
def test_an_editor_sees_faulty_fields_too(name: str) -> None:
    data = yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    assert list(validator().iter_errors(data))
