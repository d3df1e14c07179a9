# SPDX-License-Identifier: GPL-3.0-or-later
"""OpenBao administered from a topology, on a real server, by the playbook people run."""

from __future__ import annotations

import copy
import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    CredentialRefusedError,
    PolicyDeniedError,
    UnfitIdentityError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.administration import (
    FILES,
    PREFIX,
    administrators,
    login,
    topology,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.controller import Controller, Played
from ansible_collections.fractalops.infra.tests.integration.openbao.issuer import Issuer
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

PLAYBOOK = "fractalops.infra.openbao"
FOREIGN = 'path "theirs/*" { capabilities = ["read", "sudo"] }\n'
CHANGED = re.compile(r"changed=(\d+)")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """With what others have on it, before we come."""
    one = Server(tmp_path_factory.mktemp("openbao"))
    one.call("POST", "sys/auth/approle", {"type": "approle"})
    one.policy("theirs", FOREIGN)
    one.policy(f"{PREFIX}-2-controller", FOREIGN)
    one.approle("their-role", FOREIGN)
    one.write("theirs/secret", {"key": "canary"})
    yield one
    one.stop()


@pytest.fixture(scope="module")
def files(server: Server) -> dict[str, str]:
    return administrators(server)


@pytest.fixture(scope="module")
def controller(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Controller:
    return Controller(tmp_path_factory.mktemp("controller"), topology(server))


def changes(played: Played) -> int:
    """How many tasks changed something; the play must have ended well."""
    assert played.returncode == 0, played.output[-4000:]
    return sum(int(count) for count in CHANGED.findall(played.output))


def everything(server: Server) -> dict[str, Any]:
    """All policies, auth mounts, mounts and roles of the server."""
    names = server.keys("sys/policies/acl")
    found = {name: server.call("GET", f"sys/policies/acl/{name}")["data"].get("policy") for name in names}
    for mount, settings in server.call("GET", "sys/auth")["data"].items():
        folder = f"auth/{mount}{'roles' if settings['type'] == 'token' else 'role'}"
        found |= {f"{mount}{role}": server.call("GET", f"{folder}/{role}")["data"] for role in server.keys(folder)}
    return {**found, "mounts": sorted(server.call("GET", "sys/mounts")["data"])}


def test_a_first_run_in_check_mode_says_what_would_be_and_changes_nothing(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    before = everything(server)
    played = controller.play(PLAYBOOK, "--check", **files)
    assert changes(played) == 3
    assert f"{PREFIX}-host-web-1" in played.output
    assert everything(server) == before


def test_the_second_run_changes_nothing_and_leaves_no_token(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    tokens = server.accessors()
    assert changes(controller.play(PLAYBOOK, **files)) == 3
    assert changes(controller.play(PLAYBOOK, **files)) == 0
    assert server.accessors() == tokens


def test_what_others_have_survives(server: Server) -> None:
    found = everything(server)
    assert found["theirs"] == found[f"{PREFIX}-2-controller"] == FOREIGN
    assert found["approle/their-role"]["token_policies"] == ["their-role"]
    assert server.call("GET", "secret/data/theirs/secret")["data"]["data"] == {"key": "canary"}


@pytest.mark.parametrize(
    ("role", "reads", "is_denied"),
    [
        (
            "controller",
            ["secret/data/runtime/postgres", "secret/data/runtime/portal"],
            ["secret/data/theirs/secret", "secret/metadata/runtime/postgres", "sys/mounts"],
        ),
        (
            "status",
            ["secret/metadata/runtime/postgres", "secret/subkeys/runtime/postgres"],
            ["secret/data/runtime/postgres", "secret/metadata/theirs/secret"],
        ),
        ("writer", ["secret/data/runtime/postgres"], ["secret/data/runtime/portal", "secret/data/theirs/secret"]),
    ],
)
def test_a_derived_role_reads_what_it_should_and_nothing_else(
    server: Server, client: Any, role: str, reads: list[str], is_denied: list[str]
) -> None:
    for path in ("runtime/postgres", "runtime/portal"):
        server.write(path, {"password": "canary", "key": "canary"})
    with client(login(server, f"{PREFIX}-{role}")) as openbao:
        assert all(openbao.get(path) is not None for path in reads)
        for path in is_denied:
            with pytest.raises(Exception, match="policy lacks read"):
                openbao.get(path)


def test_a_change_of_the_topology_changes_policies_and_prunes_those_that_left_it(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    smaller = copy.deepcopy(topology(server))
    del smaller["runtime_assets"]["web-2"], smaller["fleet"]["devices"]
    smaller["openbao"]["scopes"]["runtime"]["token_ttl_seconds"] = 300
    controller.write(smaller)
    assert changes(controller.play(PLAYBOOK, **files)) == 3
    found = everything(server)
    assert f"{PREFIX}-host-web-2" not in found
    assert f"{PREFIX}-device" not in found
    assert found[f"approle/{PREFIX}-controller"]["token_ttl"] == 300
    assert "runtime/portal" not in found[f"{PREFIX}-controller"]
    assert changes(controller.play(PLAYBOOK, **files)) == 0
    controller.write(topology(server))
    assert changes(controller.play(PLAYBOOK, **files)) > 0


def test_what_an_operator_narrows_stays_and_what_he_widens_does_not(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    role = f"auth/approle/role/{PREFIX}-controller"
    server.call("POST", role, {"token_bound_cidrs": ["127.0.0.1/32"]})
    assert changes(controller.play(PLAYBOOK, **files)) == 0
    server.call("POST", role, {"token_policies": [f"{PREFIX}-controller", "theirs"]})
    assert changes(controller.play(PLAYBOOK, **files)) == 1
    found = server.call("GET", role)["data"]
    assert found["token_policies"] == [f"{PREFIX}-controller"]
    assert found["token_bound_cidrs"] == ["127.0.0.1"]


def test_a_policy_of_somebody_else_with_our_name_is_refused(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    name = f"{PREFIX}-writer"
    server.policy(name, FOREIGN)
    before = everything(server)
    played = controller.play(PLAYBOOK, **files)
    assert played.returncode != 0
    assert f"sys/policies/acl/{name}: was not made by us" in played.output
    assert everything(server) == before
    server.call("DELETE", f"sys/policies/acl/{name}")


def test_a_role_of_somebody_else_that_the_topology_names_is_refused(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    theirs = {"role_type": "jwt", "user_claim": "sub", "bound_subject": "x", "token_policies": ["theirs"]}
    server.call("POST", "auth/jwt/role/fleet-deploy", theirs)
    before = everything(server)
    played = controller.play(PLAYBOOK, **files)
    assert played.returncode != 0
    assert "auth/jwt/role/fleet-deploy: has policies that are not ours" in played.output
    after = everything(server)
    assert {key: after[key] for key in before} == before
    server.call("DELETE", "auth/jwt/role/fleet-deploy")
    changes(controller.play(PLAYBOOK, **files))


def test_a_mount_of_another_type_is_refused(server: Server, controller: Controller, files: dict[str, str]) -> None:
    other = topology(server)
    other["openbao"]["mount"] = "kv1"
    text = json.dumps(other).replace("bao://secret/", "bao://kv1/")
    server.call("POST", "sys/mounts/kv1", {"type": "kv", "options": {"version": "1"}})
    controller.write(json.loads(text))
    played = controller.play(PLAYBOOK, **files)
    assert played.returncode != 0
    assert "sys/mounts/kv1: is KV version 1" in played.output
    controller.write(topology(server))


def test_one_credential_for_both_is_root_and_refused(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    policies = "".join(Path(file).read_text() for file in _policy_files())
    both = server.approle("administrator-of-both", policies)
    before = everything(server)
    played = controller.play(PLAYBOOK, openbao_policy_credentials_file=both, openbao_role_credentials_file=both)
    assert played.returncode != 0
    assert "a credential that can both write policies and bind them has root rights" in played.output
    assert everything(server) == before


def _policy_files() -> list[Path]:
    return sorted(FILES.glob("*.hcl"))


def test_a_run_killed_between_policies_and_roles_is_finished_by_the_next(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    for name in (f"{PREFIX}-controller", f"{PREFIX}-status"):
        server.call("DELETE", f"auth/approle/role/{name}")
        server.call("DELETE", f"sys/policies/acl/{name}")
    run = controller.start(PLAYBOOK, **files)
    while f"{PREFIX}-controller" not in server.keys("sys/policies/acl"):
        assert run.poll() is None
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    # The worker that writes policies is a session of its own and ends its task; no other is begun.
    server.wait(lambda: f"{PREFIX}-status" in server.keys("sys/policies/acl"))
    assert f"approle/{PREFIX}-status" not in everything(server), "killed too late to show anything"
    assert changes(controller.play(PLAYBOOK, **files)) == 1
    assert f"approle/{PREFIX}-status" in everything(server)
    assert changes(controller.play(PLAYBOOK, **files)) == 0


@pytest.fixture(scope="module")
def issuer(server: Server) -> Issuer:
    """Trusted by both JWT mounts, which an operator does and not we."""
    one = Issuer()
    for mount in ("jwt", "jwt-devices"):
        server.call("POST", f"auth/{mount}/config", {"jwt_validation_pubkeys": [one.public_key]})
    return one


def test_a_process_of_the_fleet_reads_its_documents_by_jwt(server: Server, client: Any, issuer: Issuer) -> None:
    auth = {"method": "jwt", "path": "jwt", "role": "fleet-deploy"}
    server.write("fleet/deploy-config", {"value": "{}"})
    tokens = server.accessors()
    with client(server.private("fleet", issuer.sign({"sub": "fleet-deploy", "aud": "openbao"})), auth=auth) as openbao:
        assert openbao.get("secret/data/fleet/deploy-config")
        with pytest.raises(PolicyDeniedError):
            openbao.get("secret/data/runtime/postgres")
    with (
        client(server.private("other", issuer.sign({"sub": "device-1", "aud": "openbao"})), auth=auth) as openbao,
        pytest.raises(CredentialRefusedError),
    ):
        openbao.get("secret/data/fleet/deploy-config")
    assert server.accessors() == tokens


def test_a_device_reads_its_own_document_only_and_leaves_no_token(server: Server, client: Any, issuer: Issuer) -> None:
    auth = {"method": "jwt", "path": "jwt-devices", "role": "device"}
    for name in ("device-1", "device-2", "device-1/nested"):
        server.write(f"fleet/devices/{name}", {"key": "canary"})
    tokens = server.accessors()
    with client(server.private("device-1", issuer.sign({"sub": "device-1"})), auth=auth) as openbao:
        assert openbao.get("secret/data/fleet/devices/device-1")
        for path in ("fleet/devices/device-2", "fleet/devices/device-1/nested", "fleet/deploy-config"):
            with pytest.raises(PolicyDeniedError):
                openbao.get(f"secret/data/{path}")
    with (
        client(server.private("person", issuer.sign({"sub": "person"})), auth=auth) as openbao,
        pytest.raises(CredentialRefusedError),
    ):
        openbao.get("secret/data/fleet/devices/device-1")
    for wild in ("device-*", "device-1/nested"):
        with (
            client(server.private("wild", issuer.sign({"sub": wild})), auth=auth) as openbao,
            pytest.raises((PolicyDeniedError, UnfitIdentityError)),
        ):
            openbao.get("secret/data/fleet/devices/device-1/nested")
    assert server.accessors() == tokens


def test_policies_of_others_are_judged_and_left(server: Server, controller: Controller) -> None:
    auditor = server.approle(
        "auditor",
        'path "sys/policies/acl/*" { capabilities = ["read", "list"] }\npath "sys/auth" { capabilities = ["read"] }',
    )
    arguments = {
        "openbao": "{{ topology_openbao }}",
        "openbao_credentials_file": auditor,
        "topology": "{{ topology_source }}",
        "lint_others": True,
    }
    played = controller.task("openbao_policies", arguments, "--check")
    assert changes(played) == 0
    assert "policy 'theirs' line 1:1: '*' in 'theirs/*' allows what nobody has named" in played.output
    assert f"policy '{PREFIX}-" not in played.output.replace(f"policy '{PREFIX}-2-controller'", "")


def test_all_of_ours_can_be_removed_and_nothing_else_is(
    server: Server, controller: Controller, files: dict[str, str]
) -> None:
    connection = {"openbao": "{{ topology_openbao }}", "topology": "{{ topology_source }}", "state": "absent"}
    before = everything(server)
    for action, kind in (("openbao_auth_roles", "role"), ("openbao_policies", "policy")):
        arguments = {**connection, "openbao_credentials_file": files[f"openbao_{kind}_credentials_file"]}
        assert changes(controller.task(action, arguments)) == 1
        assert changes(controller.task(action, arguments)) == 0
    after = everything(server)
    ours = {name for name in before if name not in after}
    assert f"{PREFIX}-host-web-1" in ours
    assert "jwt/fleet-deploy" in ours
    assert not any("theirs" in name for name in ours)
    assert {name: after[name] for name in after} == {name: before[name] for name in after}
