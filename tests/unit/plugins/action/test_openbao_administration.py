# SPDX-License-Identifier: GPL-3.0-or-later
"""The actions that administer OpenBao, in this process, against a server at the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.fractalops.infra.plugins.action import (
    openbao_auth_roles,
    openbao_mounts,
    openbao_policies,
    openbao_secret_id,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin_store.admin_server import (
    POLICIES,
    AdminServer,
)

from .in_process import connection_to, run

TOPOLOGY = ROOT / "tests" / "golden" / "openbao" / "topology.yml"
DOCUMENTS = openbao_documents(load_topology(TOPOLOGY).topology)


@pytest.fixture(name="server")
def serve_openbao() -> Iterator[AdminServer]:
    """One that this credential may do one kind of thing on, and that lets it be asked."""
    with AdminServer(capabilities={}) as server:
        yield server


@pytest.fixture(name="to")
def connect_to(server: AdminServer, tmp_path: Path) -> dict[str, Any]:
    return connection_to(server.address, tmp_path) | {"topology": str(TOPOLOGY)}


def test_mounts_are_made_once(server: AdminServer, to: dict[str, Any]) -> None:
    assert run(openbao_mounts.ActionModule, **to, check=True)["changed"]
    assert server.writes == []
    done = run(openbao_mounts.ActionModule, **to)
    assert done["counts"]["created"] == len(DOCUMENTS.mounts)
    assert {path for _method, path in server.writes} >= {mount.name for mount in DOCUMENTS.mounts}


def test_policies_are_made_judged_and_removed(server: AdminServer, to: dict[str, Any]) -> None:
    act = openbao_policies.ActionModule
    server.paths[f"{POLICIES}other"] = {"policy": 'path "*" { capabilities = ["sudo"] }'}
    assert run(act, **to, check=True)["counts"]["created"] == len(DOCUMENTS.policies)
    assert server.writes == []
    done = run(act, **to)
    assert (done["counts"]["created"], done["findings"]) == (len(DOCUMENTS.policies), [])
    again = run(act, **to, lint_others=True)
    assert (again["changed"], len(again["findings"])) == (False, len(set(again["findings"])))
    assert again["findings"]
    assert run(act, **to, state="absent")["counts"]["deleted"] == len(DOCUMENTS.policies)
    assert list(server.paths) == [f"{POLICIES}other"]


def test_stale_policies_are_kept_or_bounded(server: AdminServer, to: dict[str, Any]) -> None:
    act = openbao_policies.ActionModule
    header = DOCUMENTS.policies[0].text.partition("\n")[0]
    names = [f"{POLICIES}fractalops-lab-host-old-{number}" for number in range(20)]
    server.paths |= {name: {"policy": f"{header}\n", "version": 1} for name in names}
    assert run(act, **to, stale="keep")["counts"]["deleted"] == 0
    with pytest.raises(AnsibleActionFail, match="the plan deletes 20 of"):
        run(act, **to, delete_percent=1)
    assert run(act, **to, delete_percent=100)["counts"]["deleted"] == 20


def test_auth_roles_are_made_once_and_removed(server: AdminServer, to: dict[str, Any]) -> None:
    act = openbao_auth_roles.ActionModule
    assert run(act, **to, check=True)["counts"]["created"] == len(DOCUMENTS.auth_roles)
    assert server.writes == []
    run(act, **to)
    assert {path for _method, path in server.writes} == {role.path for role in DOCUMENTS.auth_roles}
    assert not run(act, **to)["changed"]
    assert run(act, **to, state="absent")["counts"]["deleted"] == len(DOCUMENTS.auth_roles)


@pytest.mark.parametrize("act", [openbao_policies.ActionModule, openbao_auth_roles.ActionModule])
def test_one_credential_for_policies_and_roles_is_refused(server: AdminServer, to: dict[str, Any], act: Any) -> None:
    role = DOCUMENTS.auth_roles[0]
    server.capabilities = {role.path: ["update"], f"{POLICIES}{role.policies[0]}": ["update"]}
    with pytest.raises(AnsibleActionFail, match="the credential can write"):
        run(act, **to)
    assert server.writes == []


@pytest.mark.parametrize(
    "act", [openbao_mounts.ActionModule, openbao_policies.ActionModule, openbao_auth_roles.ActionModule]
)
def test_a_topology_without_administration_is_refused(to: dict[str, Any], tmp_path: Path, act: Any) -> None:
    text = TOPOLOGY.read_text(encoding="utf-8").splitlines(keepends=True)
    (tmp_path / "topology.yml").write_text("".join(line for line in text if "administration:" not in line))
    (tmp_path / "fleet.schema.json").write_text("{}")
    with pytest.raises(AnsibleActionFail, match=r"openbao\.administration: is not declared"):
        run(act, **to | {"topology": str(tmp_path / "topology.yml")})


def test_a_credential_that_is_no_wrapping_is_left_alone(to: dict[str, Any]) -> None:
    del to["topology"]
    assert run(openbao_secret_id.ActionModule, **to) == {"changed": False}
    Path(to["openbao_credentials_file"]).write_text(json.dumps({"wrapped_secret_id": "w"}))
    with pytest.raises(AnsibleActionFail, match="not a wrapped credential"):
        run(openbao_secret_id.ActionModule, **to)
