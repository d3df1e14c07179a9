# SPDX-License-Identifier: GPL-3.0-or-later
"""Stores of mounts, policies and auth roles on a real server: what moves after the plan, and how much may go."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import UnsafePlanError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import OpenBaoDocuments, openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import (
    AuthRoleStore,
    MountStore,
    PolicyStore,
    require_separation,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store.refusal import MovedError, PowerError
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.tests.integration.openbao.administration import (
    FILES,
    PREFIX,
    administrators,
    host,
    topology,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.controller import Controller
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
Load = Callable[[dict[str, Any]], OpenBaoDocuments]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    one = Server(tmp_path_factory.mktemp("openbao"))
    one.call("POST", "sys/auth/approle", {"type": "approle"})
    yield one
    one.stop()


@pytest.fixture(scope="module")
def files(server: Server) -> dict[str, str]:
    return administrators(server)


@pytest.fixture
def policies(client: Connect, files: dict[str, str]) -> OpenBao:
    """As the administrator of policies."""
    return client(files["openbao_policy_credentials_file"])


@pytest.fixture
def roles(client: Connect, files: dict[str, str]) -> OpenBao:
    """As the administrator of roles."""
    return client(files["openbao_role_credentials_file"])


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Documents of a topology."""

    def documents(data: dict[str, Any]) -> OpenBaoDocuments:
        (tmp_path / "schema.json").write_text("{}")
        (tmp_path / "topology.yml").write_text(json.dumps(data))
        return openbao_documents(load_topology(str(tmp_path / "topology.yml")).topology)

    return documents


@pytest.fixture
def documents(server: Server, load: Load) -> OpenBaoDocuments:
    return load(topology(server))


def test_mounts_are_made_configured_and_never_removed(
    server: Server, policies: OpenBao, documents: OpenBaoDocuments, load: Load
) -> None:
    store = MountStore(policies)
    assert reconcile(store, documents.mounts, State.PRESENT, check=True)["counts"]["created"] == 3
    assert reconcile(store, documents.mounts, State.PRESENT, check=False)["counts"]["created"] == 3
    assert not reconcile(store, documents.mounts, State.PRESENT, check=False)["changed"]
    data = topology(server)
    data["openbao"]["administration"] |= {"max_versions": 7, "cas_required": True}
    declared = load(data).mounts
    assert reconcile(store, declared, State.PRESENT, check=False)["counts"]["updated"] == 1
    assert not reconcile(store, declared, State.PRESENT, check=False)["changed"]
    assert server.call("GET", "secret/config")["data"]["max_versions"] == 7
    server.call("POST", "secret/config", {"max_versions": 3})
    assert not reconcile(store, documents.mounts, State.PRESENT, check=False)["changed"]
    with pytest.raises(UnsafePlanError, match="never removed"):
        reconcile(store, declared, State.ABSENT, check=False)


def test_a_mount_made_by_somebody_else_since_the_plan_is_told(server: Server, policies: OpenBao, load: Load) -> None:
    server.call("DELETE", "sys/auth/jwt-devices")
    store = MountStore(policies)
    plan = store.plan(load(topology(server)).mounts, State.PRESENT)
    server.call("POST", "sys/auth/jwt-devices", {"type": "jwt"})
    with pytest.raises(MovedError, match="sys/auth/jwt-devices: was changed by somebody else"):
        store.apply(plan)


def test_policies_go_by_check_and_set(server: Server, policies: OpenBao, documents: OpenBaoDocuments) -> None:
    store = PolicyStore(policies, documents.names)
    plan = store.plan(documents.policies, State.PRESENT)
    server.policy(f"{PREFIX}-controller", 'path "theirs" { capabilities = ["read"] }')
    with pytest.raises(MovedError, match=rf"sys/policies/acl/{PREFIX}-controller: was changed"):
        store.apply(plan)
    assert "theirs" in server.call("GET", f"sys/policies/acl/{PREFIX}-controller")["data"]["policy"]
    server.call("DELETE", f"sys/policies/acl/{PREFIX}-controller")
    assert reconcile(store, documents.policies, State.PRESENT, check=False)["changed"]
    assert not reconcile(store, documents.policies, State.PRESENT, check=False)["changed"]


def test_a_stale_policy_that_moved_is_not_removed(
    server: Server, policies: OpenBao, documents: OpenBaoDocuments
) -> None:
    store, name = PolicyStore(policies, documents.names), f"{PREFIX}-host-gone"
    text = documents.policies[0].text
    server.policy(name, text)
    plan = store.plan(documents.policies, State.PRESENT)
    assert [str(change) for change in plan.changes] == [f"- {name}"]
    server.policy(name, f"{text}\n# and more\n")
    with pytest.raises(MovedError):
        store.apply(plan)
    assert reconcile(store, documents.policies, State.PRESENT, check=False)["counts"]["deleted"] == 1


def test_roles_that_moved_are_not_written(server: Server, roles: OpenBao, documents: OpenBaoDocuments) -> None:
    store = AuthRoleStore(roles, documents.names)
    assert reconcile(store, documents.auth_roles, State.PRESENT, check=False)["counts"]["created"] == 6
    assert not reconcile(store, documents.auth_roles, State.PRESENT, check=False)["changed"]
    server.call("POST", f"auth/approle/role/{PREFIX}-status", {"token_ttl": "7m"})
    plan = store.plan(documents.auth_roles, State.PRESENT)
    server.call("POST", f"auth/approle/role/{PREFIX}-status", {"token_ttl": "8m"})
    with pytest.raises(MovedError, match=f"auth/approle/role/{PREFIX}-status"):
        store.apply(plan)
    assert reconcile(store, documents.auth_roles, State.PRESENT, check=False)["counts"]["updated"] == 1


def test_a_plan_that_removes_too_much_is_refused(server: Server, policies: OpenBao, load: Load) -> None:
    data = topology(server)
    store = PolicyStore(policies, load(data).names)
    small = load(copy.deepcopy(data)).policies
    for number in range(12):
        data["runtime_assets"][f"many-{number}"] = host(110 + number, "bao://secret/runtime/postgres#password")
    assert reconcile(store, load(data).policies, State.PRESENT, check=False)["counts"]["created"] == 12
    with pytest.raises(UnsafePlanError, match="the plan deletes 12 of"):
        reconcile(store, small, State.PRESENT, check=False)
    assert reconcile(store, small, State.ABSENT, check=False)["counts"]["deleted"] == 20


@pytest.mark.parametrize("session", ["inline", "login"])
def test_power_is_found_with_and_without_a_token(
    server: Server, client: Connect, documents: OpenBaoDocuments, session: str
) -> None:
    own = 'path "auth/token/revoke-self" { capabilities = ["update"] }\n'
    asks = 'path "sys/capabilities-self" { capabilities = ["update"] }\n'
    both = "".join(file.read_text() for file in sorted(FILES.glob("*.hcl")))
    auth = {"method": "approle", "path": "approle", "session": session}
    with (
        client(server.approle(f"both-{session}", f"{both}{own}{asks}"), auth=auth) as openbao,
        pytest.raises(PowerError, match="a credential that can both write policies and bind them has root rights"),
    ):
        require_separation(openbao, documents)
    for kind in ("policy", "role"):
        policy = (FILES / f"{kind}-administrator.hcl").read_text()
        with client(server.approle(f"{kind}-{session}", f"{policy}{own}{asks}"), auth=auth) as openbao:
            require_separation(openbao, documents)


def test_in_a_namespace_one_credential_is_enough(server: Server, tmp_path: Path) -> None:
    server.call("POST", "sys/namespaces/team", {})
    server.call("POST", "sys/auth/approle", {"type": "approle"}, "team")
    both = "".join(file.read_text() for file in sorted(FILES.glob("*.hcl")))
    file = server.approle("both", both, namespace="team")
    data = topology(server)
    data["openbao"]["namespace"] = data["fleet"]["environment"]["namespace"] = "team"
    controller = Controller(tmp_path, data)
    given = {"openbao_policy_credentials_file": file, "openbao_role_credentials_file": file}
    first, second = (controller.play("fractalops.infra.openbao", **given) for _ in range(2))
    assert first.returncode == second.returncode == 0, first.output[-3000:]
    assert first.changed
    assert not second.changed
    names = server.keys("sys/policies/acl", namespace="team")
    assert f"{PREFIX}-controller" in names
