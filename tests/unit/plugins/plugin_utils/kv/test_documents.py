# SPDX-License-Identifier: GPL-3.0-or-later
"""What the shipped lab says about its secrets: who reads them, which are declared, and the fleet's documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils import errors
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import (
    UnknownScopeError,
    consumers,
    declared_secrets,
    document_text,
    fleet_documents,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv.rotation import rotated_consumers
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.openbao import ScopeSecret
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.model.topology import Topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.rules.references import secret_refs

LAB = Path(errors.__file__).parents[2] / "inventories/lxc-pve-lab/topology.yml"


@pytest.fixture(scope="module")
def lab() -> Topology:
    return load_topology(LAB).topology


def test_every_use_of_a_ref_has_a_consumer_and_the_fleet_reads_its_own(lab: Topology) -> None:
    found = consumers(lab)
    uses = sorted(str(one.ref) for one in found if one.kind != "fleet")
    assert uses == sorted(ref for _path, ref in secret_refs(lab))
    assert [one.ref.key for one in found if one.kind == "fleet"] == ["nats_auth_pass", "nats_nkey"]


def test_a_consumer_is_named_by_host_and_unit_cluster_and_workload_or_path(lab: Topology) -> None:
    rows = rotated_consumers(consumers(lab), "secret", "runtime/postgres", {"password"})
    named = {(row["kind"], row["name"], row["unit"]) for row in rows}
    assert ("host", "api-1", "fractalops-api.service") in named
    assert ("cluster", "lab", "identity/keycloak") in named
    assert ("control_plane", "control_plane", "runtime_dependencies.postgres.password") in named
    assert all(row["follows"] for row in rows)
    assert {row["ref"] for row in rows if row["is_new_value"]} == {"bao://secret/runtime/postgres#password"}


def test_an_unknown_scope_gets_the_closest_names(lab: Topology) -> None:
    with pytest.raises(UnknownScopeError) as unknown:
        declared_secrets(lab, ["runtim", "fleet", "edges"])
    assert str(unknown.value).splitlines() == [
        "scopes: scope 'edges' does not exist; did you mean 'edge'?",
        "scopes: scope 'runtim' does not exist; did you mean 'runtime'?",
    ]


def test_declared_secrets_are_those_of_the_scopes_chosen(lab: Topology) -> None:
    secret = ScopeSecret.model_validate({"keys": ["b", "a"], "generated": {"k": {"type": "password"}}})
    scope = lab.openbao.scopes["fleet"].model_copy(update={"secrets": {"deploy-secrets": secret}})
    openbao = lab.openbao.model_copy(update={"scopes": {**lab.openbao.scopes, "fleet": scope}})
    changed = lab.model_copy(update={"openbao": openbao})
    (found,) = (one for one in declared_secrets(changed, ["fleet"]))
    assert (found.mount, found.path, found.keys) == ("secret", "fleet/deploy-secrets", ("a", "b"))
    assert found.generated == {"k": {"type": "password", "length": 32, "alphabet": "letters-digits"}}
    assert {one.scope for one in declared_secrets(changed, ["edge"])} <= {"edge"}


def test_the_fleet_has_a_config_by_content_and_secrets_by_refs(lab: Topology) -> None:
    documents = fleet_documents(lab)
    assert documents is not None
    assert document_text(documents.config_content) == (
        '{"canary_percent":10,"heartbeat_seconds":10,"nats_url":"tls://nats.lab.example:4222"}'
    )
    assert documents.secret_refs == (
        "bao://secret/fleet/deploy-secrets#nats_auth_pass",
        "bao://secret/fleet/deploy-secrets#nats_nkey",
    )
    assert fleet_documents(lab.model_copy(update={"fleet": None})) is None
