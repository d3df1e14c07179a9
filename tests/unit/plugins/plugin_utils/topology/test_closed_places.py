# SPDX-License-Identifier: GPL-3.0-or-later
"""Nothing can be slipped in anywhere: no selector of a place outside a binding, and no overlay over a value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema import topology_schema
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import fields_by_key, models
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.violation import dotted
from jsonschema import Draft202012Validator

from .annotated import violations
from .written_out import Step, changed, key_position, model_parts, saved, shipped

LAB = "lxc-pve-lab"
#: What says where something runs. Each is a field of bindings, or of nothing at all.
SELECTORS = ("vmid", "ctid", "container_id", "node", "cluster", "namespace", "workload", "node_map", "lxc_nodes")
#: What would change values that are already written.
OVERLAYS = ("overlay", "overlays", "overrides", "extends", "patches", "env_overlay", "profiles", "<<")
#: Places where a word of SELECTORS is a field with another meaning.
OTHER_MEANINGS = {
    ("OpenBao", "namespace"): "of OpenBao",
    ("FleetEnvironment", "namespace"): "of OpenBao",
    ("Temporal", "namespace"): "of Temporal",
    ("ArgoCdDelivery", "namespace"): "of the Argo CD of a cluster, which is no asset",
    ("FluxDelivery", "namespace"): "of the Flux of a cluster, which is no asset",
}


@pytest.fixture(name="parts", scope="module")
def _parts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Step, ...]]:
    """The first place of each model in the lab."""
    first: dict[str, tuple[Step, ...]] = {}
    for path, part in model_parts(saved(shipped(LAB), tmp_path_factory.mktemp("lab"))):
        first.setdefault(type(part).__name__, path)
    return first


def test_a_selector_is_a_field_of_bindings_only() -> None:
    having = {
        (model.__name__, key) for model in models(Topology) for key in fields_by_key(model).keys() & set(SELECTORS)
    }
    assert {one for one in having if not one[0].endswith("Binding")} == set(OTHER_MEANINGS)


def test_no_field_is_an_overlay() -> None:
    assert [model for model in models(Topology) if fields_by_key(model).keys() & set(OVERLAYS)] == []


@pytest.mark.parametrize("words", [SELECTORS, OVERLAYS], ids=["selectors", "overlays"])
def test_in_every_part_of_a_topology_an_unknown_one_is_refused_at_its_place(
    parts: dict[str, tuple[Step, ...]], tmp_path: Path, words: tuple[str, ...]
) -> None:
    known = {model.__name__: set(fields_by_key(model)) for model in models(Topology)}
    accepted = []
    assert len(parts) > 40
    for model, path in parts.items():
        folder = tmp_path / model
        folder.mkdir()
        added = [word for word in words if word not in known[model]]
        data, part = changed(shipped(LAB), path)
        part.update(dict.fromkeys(added, "101"))
        file = saved(data, folder)
        found = violations(file)
        for word in added:
            start = f"{file}:{key_position(file, (*path, word))} {dotted((*path, word))}: "
            if not any(text.startswith(start) for text in found):
                accepted.append((model, word))
    assert accepted == []


@pytest.mark.parametrize("words", [SELECTORS, OVERLAYS], ids=["selectors", "overlays"])
def test_the_public_schema_refuses_them_too(parts: dict[str, tuple[Step, ...]], words: tuple[str, ...]) -> None:
    known = {model.__name__: set(fields_by_key(model)) for model in models(Topology)}
    schema = json.loads(topology_schema())
    for model, path in parts.items():
        part = changed(shipped(LAB), path)[1]
        start = {"$ref": f"#/$defs/{model}"} if path else {key: schema[key] for key in schema.keys() - {"$defs"}}
        validator = Draft202012Validator({**start, "$defs": schema["$defs"]})
        assert validator.is_valid(part), model
        for word in set(words) - known[model]:
            assert not validator.is_valid({**part, word: "101"}), (model, word)
