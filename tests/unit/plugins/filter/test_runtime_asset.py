# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter: descriptors of assets, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible.parsing.dataloader import DataLoader
from ansible.template import Templar, is_trusted_as_template, trust_as_template
from ansible_collections.fractalops.infra.plugins.filter.runtime_asset import FilterModule, runtime_asset

ROOT = Path(__file__).resolve().parents[4]
TOPOLOGY = ROOT / "tests" / "golden" / "graph" / "topology.yml"
PORTAL = {
    "id": "portal",
    "role": "portal",
    "kind": "kubernetes",
    "endpoints": {"public_url": "https://portal.example"},
}


def test_a_descriptor_says_id_role_kind_and_declared_endpoints() -> None:
    assert runtime_asset("portal", str(TOPOLOGY)) == PORTAL


def test_a_list_of_ids_gives_descriptors_in_its_order() -> None:
    found = runtime_asset(["worker-1", "forge"], str(TOPOLOGY))
    assert [(one["id"], one["kind"]) for one in found] == [("worker-1", "lxc"), ("forge", "external")]
    assert runtime_asset([], str(TOPOLOGY)) == []


@pytest.mark.parametrize("asset", ["portal", "worker-1", "forge", "postgres"])
def test_no_descriptor_holds_a_raw_selector(asset: str) -> None:
    assert set(runtime_asset(asset, str(TOPOLOGY))) == {"id", "role", "kind", "endpoints"}


def test_a_template_uses_the_filter_by_its_full_name() -> None:
    templar: Any = Templar(loader=DataLoader(), variables={"topology_source": str(TOPOLOGY)})
    expression = "{{ 'portal' | fractalops.infra.runtime_asset(topology_source) }}"
    assert templar.template(trust_as_template(expression)) == PORTAL


def test_a_descriptor_is_never_trusted_as_a_template_even_when_the_id_is() -> None:
    found = runtime_asset(trust_as_template("portal"), trust_as_template(str(TOPOLOGY)))
    texts = [found["id"], found["role"], found["kind"], *found["endpoints"].values()]
    assert not [text for text in texts if is_trusted_as_template(text)]


@pytest.mark.parametrize(
    ("asset", "topology", "words"),
    [
        ("portl", str(TOPOLOGY), "there is no such asset; did you mean 'portal'?"),
        (["portal", "nothing-like-it"], str(TOPOLOGY), "there is no such asset; known are: forge, idle, portal"),
        (7, str(TOPOLOGY), "needs the id of an asset, or a list of ids"),
        (["portal", 7], str(TOPOLOGY), "needs the id of an asset, or a list of ids"),
        ({"portal": 1}, str(TOPOLOGY), "needs the id of an asset, or a list of ids"),
        ("portal", {"profile": "drawn"}, "needs the path of a topology; write topology_source"),
        ("portal", "/nowhere/topology.yml", "/nowhere/topology.yml"),
    ],
)
def test_what_has_no_descriptor_is_refused(asset: Any, topology: Any, words: str) -> None:
    with pytest.raises(AnsibleFilterError) as caught:
        runtime_asset(asset, topology)
    assert words in str(caught.value)


def test_an_invalid_topology_is_refused_with_its_violations(tmp_path: Path) -> None:
    (tmp_path / "topology.yml").write_text("schema_version: 1\n")
    with pytest.raises(AnsibleFilterError, match=r"topology\.yml:1:1 profile: is missing"):
        runtime_asset("portal", str(tmp_path))


def test_the_plugin_has_this_filter_only() -> None:
    assert FilterModule().filters() == {"runtime_asset": runtime_asset}
