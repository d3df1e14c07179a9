# SPDX-License-Identifier: GPL-3.0-or-later
"""What follows from a topology, and from nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology, load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.derivation.derive import DERIVATIONS, derive
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.shape import fields_by_key, models

from .base import HEAD, ROOT, connected, written

LAB = ROOT / "inventories" / "lxc-pve-lab" / "topology.yml"
POSTGRES = ("runtime_dependencies", "postgres", "derived")
PORTAL = ("service_profiles", "portal", "derived")
RUNNER = ("service_profiles", "github_runner", "derived")
MODES = ["scim", "scim_projected", "poll", "jit", "ui_only", "project", "hybrid", "runtime_gateway"]


@pytest.fixture(scope="module")
def lab() -> LoadedTopology:
    return load_topology(LAB)


def derived(loaded: LoadedTopology) -> dict[tuple[str, ...], object]:
    return {found.path: found.value for found in derive(loaded.topology)}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ((*POSTGRES, "RUNTIME_TYPE"), "k8s"),
        ((*POSTGRES, "K8S_NAMESPACE"), "data"),
        ((*POSTGRES, "K8S_SERVICE"), "postgres-rw"),
        ((*POSTGRES, "USERNAME"), "fractalops"),
        ((*POSTGRES, "NAME"), "fractalops"),
        ((*POSTGRES, "URL"), "postgresql://fractalops@postgres-rw.data.svc:5432/fractalops"),
        ((*PORTAL, "PUBLIC_URL"), "https://portal.lab.example"),
        ((*PORTAL, "ALLOWED_RETURN_HOSTS"), ["docs.lab.example", "portal.lab.example", "temporal.lab.example"]),
        ((*RUNNER, "githubConfigSecret"), "fractalops-runners-credentials"),
        ((*RUNNER, "runnerScaleSetName"), "fractalops-runners"),
        (("runtime_dependencies", "temporal", "derived", "ADDRESS"), "temporal-grpc.lab.example:7233"),
        (("runtime_dependencies", "daytona", "derived", "RUNTIME_ASSET_ID"), "daytona"),
        (("runtime_dependencies", "daytona", "derived", "RUNTIME_ASSET_ROLE"), "daytona"),
        (("runtime_dependencies", "langboard", "derived", "EXECUTOR_URL"), "https://edge-executor.lab.example"),
        (("runtime_dependencies", "langboard", "derived", "HOST_HEADER"), "board.lab.example"),
        (("runtime_dependencies", "langboard", "derived", "VERIFY_TLS"), True),
        (("connector_inventory", "langboard", "derived", "EXECUTOR_URL"), "https://board.lab.example/scim/v2"),
        (("connector_inventory", "github", "derived", "EXECUTOR_URL"), "https://api.github.com"),
    ],
)
def test_the_lab_has_its_derived_values(lab: LoadedTopology, path: tuple[str, ...], value: object) -> None:
    assert derived(lab)[path] == value


def test_every_derived_value_is_documented_as_a_projection(lab: LoadedTopology) -> None:
    text = (ROOT / "docs" / "write-a-topology.md").read_text(encoding="utf-8")
    table = text.partition("## What follows from it")[2].partition("\n## ")[0]
    for found in derive(lab.topology):
        assert f"`{found.path[-1]}`" in table, found.path
        assert f"`{found.path[0]}." in table


def test_no_field_of_the_model_is_a_projection(lab: LoadedTopology) -> None:
    fields = {name for model in models(Topology) for name in fields_by_key(model)}
    assert fields.isdisjoint(found.path[-1] for found in derive(lab.topology))


def test_derived_values_are_sorted_and_each_has_one_rule(lab: LoadedTopology) -> None:
    paths = [found.path for found in derive(lab.topology)]
    assert paths == sorted(set(paths))


def test_a_derived_value_says_its_rule_and_stands_on_what_is_written(lab: LoadedTopology) -> None:
    for found in derive(lab.topology):
        assert found.rule.endswith(".")
        assert found.sources
        assert all(lab.where(source).line > 1 for source in found.sources), found


def test_no_derived_value_holds_a_secret_or_a_ref(lab: LoadedTopology) -> None:
    assert not [found for found in derive(lab.topology) if "bao://" in str(found.value) or ":@" in str(found.value)]


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda derivation: derivation.__name__)
def test_a_derivation_of_nothing_yields_nothing(tmp_path: Path, derivation: object) -> None:
    host = "binding: {type: lxc, node: pve1, container_id: 101, network: lab, address: 10.20.30.11}"
    topology = load_topology(written(tmp_path, f"{HEAD}runtime_assets:\n  web:\n    role: web\n    {host}\n")).topology
    assert list(derivation(topology)) == []  # type: ignore[operator]


@pytest.mark.parametrize("how", MODES)
def test_only_mode_scim_moves_execution_to_the_scim_base(tmp_path: Path, how: str) -> None:
    text = connected("gateway", "access", how)
    url = derived(load_topology(written(tmp_path, text)))["connector_inventory", "a", "derived", "EXECUTOR_URL"]
    assert url == ("https://scim.example/v2" if how == "scim" else "https://proxy.example")


def test_connector_mode_and_integration_mode_say_the_same(tmp_path: Path) -> None:
    text = connected("gateway", "access", "scim")
    one = derived(load_topology(written(tmp_path, text)))
    assert derived(load_topology(written(tmp_path, text.replace("connector_mode", "integration_mode")))) == one


def test_the_domain_class_of_a_connector_changes_nothing(tmp_path: Path) -> None:
    found = [
        derived(load_topology(written(tmp_path, connected("gateway", mode, "poll"))))
        for mode in ("source-control", "chat", "scim", "poll")
    ]
    assert all(values == found[0] for values in found)
