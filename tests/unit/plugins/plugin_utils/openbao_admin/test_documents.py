# SPDX-License-Identifier: GPL-3.0-or-later
"""Whose a name is, and what is derived when a part of the topology is missing."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import (
    Names,
    OpenBaoDocuments,
    openbao_documents,
    owner_of,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

from ..topology.base import ROOT, VALID, written

GOLDEN = ROOT / "tests" / "golden" / "openbao"


def documents(folder: Path, *changes: tuple[str, str]) -> OpenBaoDocuments:
    """Those of the golden topology with parts of its text replaced."""
    text = (GOLDEN / "topology.yml").read_text()
    (folder / "fleet.schema.json").write_text("{}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return openbao_documents(load_topology(written(folder, text)).topology)


@pytest.mark.parametrize("name", ["lab-controller", "lab-host-web-1", "lab-cluster-lab", "lab-device"])
def test_a_name_is_ours_when_we_could_have_given_it(name: str) -> None:
    assert Names("lab").has_policy(name)


@pytest.mark.parametrize(
    "name",
    ["lab-2-controller", "lab-2-host-web", "lab-custom", "lab", "label-controller", "controller", "lab-host-"],
)
def test_any_other_name_is_somebody_elses(name: str) -> None:
    assert not Names("lab").has_policy(name)


def test_a_policy_without_our_first_line_is_somebody_elses() -> None:
    assert owner_of('path "a" { capabilities = ["read"] }') is None
    assert owner_of("# Made from the topology by fractalops.infra for lab; change it") is None


def test_without_administration_nothing_is_ours(tmp_path: Path) -> None:
    with pytest.raises(InfraError, match=r"^openbao\.administration: is not declared"):
        openbao_documents(load_topology(written(tmp_path, VALID)).topology)


def test_a_run_with_a_login_may_end_its_own_token(tmp_path: Path) -> None:
    found = documents(tmp_path, ("auth: {method: approle, path: approle}", "auth: {method: approle, session: login}"))
    texts = {policy.name: policy.text for policy in found.policies}
    assert "auth/token/revoke-self" in texts["fractalops-lab-controller"]
    assert "auth/token" not in texts["fractalops-lab-host-web-1"]
    assert "auth/token" not in texts["fractalops-lab-cluster-lab"]


def test_a_controller_with_a_jwt_gets_policies_and_no_approle(tmp_path: Path) -> None:
    found = documents(tmp_path, ("{method: approle, path: approle}", "{method: jwt, path: ci, role: deploy}"))
    assert not [role for role in found.auth_roles if role.method == "approle"]
    assert "fractalops-lab-controller" in {policy.name for policy in found.policies}
    assert {(mount.path, mount.type) for mount in found.mounts} >= {("ci", "jwt")}


def test_a_fleet_with_approle_gets_a_role_of_ours(tmp_path: Path) -> None:
    auth = (
        "{method: jwt, path: jwt, role: fleet-deploy, audience: openbao}",
        "{method: approle, path: approle, role: fractalops-lab-fleet}",
    )
    (role,) = (role for role in documents(tmp_path, auth).auth_roles if role.name == "fractalops-lab-fleet")
    assert role.policies == ("fractalops-lab-fleet",)


def test_tokens_live_as_long_as_the_strictest_scope_allows(tmp_path: Path) -> None:
    found = documents(tmp_path, ("portal#session-key", "portal#key"), ("runtime/portal#key", "edge/portal#key"))
    (role,) = (role for role in found.auth_roles if role.name == "fractalops-lab-controller")
    assert (role.settings["token_ttl"], role.settings["token_max_ttl"]) == (300, 600)


def test_a_mount_is_configured_only_as_far_as_the_topology_says(tmp_path: Path) -> None:
    (kv,) = (m for m in documents(tmp_path, (", max_versions: 20, cas_required: true", "")).mounts if m.type == "kv")
    assert kv.config == {}
