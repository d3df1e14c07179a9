# SPDX-License-Identifier: GPL-3.0-or-later
"""What an editor gets from the JSON Schema: hover text, examples, and the faults it can see while one types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema import topology_schema
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema_examples import EXAMPLES
from jsonschema import Draft202012Validator

from .annotated import FOLDER
from .base import ROOT

SCHEMA = json.loads(topology_schema())
TOPOLOGIES = sorted(
    path.relative_to(ROOT).as_posix()
    for place in ("inventories", "molecule", "tests/demo", "tests/golden")
    for path in (ROOT / place).rglob("topology.yml")
)
#: Broken topologies that a schema can refuse. The others break rules between fields, or YAML itself.
BY_SCHEMA = """
a_fleet_gets_a_minimal_environment
an_idp_has_three_urls
authorization_is_pinned
break_glass_is_complete
bundles_have_two_recipients
fields_of_sections
fields_of_the_wrong_type
fields_of_units
fields_that_do_not_fit
fields_unknown_and_missing
identifiers
integrations_are_never_deployed
internal_dns_is_complete
kubernetes_names
modes_and_ports
names_of_hosts_and_zones
names_that_look_alike
old_keys
old_keys_beside_new_ones
paths
policies_allow_what_exists
release_sources
secret_refs
selectors_of_dependencies_are_typed
services_use_no_engine_of_their_host
shared_stores_are_constrained
templates
types
units
versions_and_times
ways_to_ask_for_health
""".split()


def validator(**start: Any) -> Draft202012Validator:
    """For a whole topology, or for one field of it."""
    return Draft202012Validator({**start, "$defs": SCHEMA["$defs"]} if start else SCHEMA)


def fields() -> Iterator[tuple[str, dict[str, Any]]]:
    """``Model.key`` and schema of every field."""
    for name, definition in {"Topology": SCHEMA, **SCHEMA["$defs"]}.items():
        for key, field in definition.get("properties", {}).items():
            yield f"{name}.{key}", field


def readable(name: str) -> Any:
    """The broken topology as an editor reads it; nothing when it is no YAML."""
    try:
        return yaml.safe_load((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError):
        return None


def test_every_field_has_hover_text() -> None:
    assert [name for name, field in fields() if not field.get("description", "").endswith(".")] == []


def test_every_pattern_has_a_message_for_editors() -> None:
    bare = [name for name, field in fields() if "pattern" in field and "patternErrorMessage" not in field]
    assert bare == []


@pytest.mark.parametrize(("model", "key"), EXAMPLES)
def test_an_example_is_valid_where_it_is_shown(model: str, key: str) -> None:
    field = dict(fields())[f"{model}.{key}"]
    assert field["examples"]
    for example in field["examples"]:
        assert list(validator(**field).iter_errors(example)) == []


@pytest.mark.parametrize("name", TOPOLOGIES)
def test_every_topology_of_the_project_satisfies_the_schema(name: str) -> None:
    assert list(validator().iter_errors(yaml.safe_load((ROOT / name).read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize("name", BY_SCHEMA)
def test_an_editor_sees_what_a_schema_can_express(name: str) -> None:
    assert list(validator().iter_errors(readable(name)))


def test_the_table_of_what_a_schema_can_express_is_complete() -> None:
    read = {file.stem: readable(file.stem) for file in sorted(FOLDER.glob("*.yml"))}
    assert [name for name, data in read.items() if data and not validator().is_valid(data)] == sorted(BY_SCHEMA)
