# SPDX-License-Identifier: GPL-3.0-or-later
"""Every call of the client on a real server, in the root namespace and in one of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    DeletedVersionError,
    MissingMountError,
    MissingNamespaceError,
    MissingPathError,
    RefusedError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY, failures
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
ALL = '["create", "update", "read", "patch", "delete", "list"]'
POLICY = f"""
path "secret/*" {{ capabilities = {ALL} }}
path "sys/policies/acl/*" {{ capabilities = {ALL} }}
path "sys/mounts" {{ capabilities = ["read"] }}
path "auth/approle/role/*" {{ capabilities = {ALL} }}
path "auth/approle/role" {{ capabilities = ["list"] }}
path "sys/capabilities-self" {{ capabilities = ["update"] }}
path "auth/token/revoke-self" {{ capabilities = ["update"] }}
"""


@pytest.fixture(params=["", "team", "team/inner"], ids=["root", "team", "inner"])
def namespace(request: pytest.FixtureRequest, server: Server) -> str:
    """A namespace with a KV mount and an AppRole mount."""
    given: str = request.param
    parent = ""
    for name in filter(None, given.split("/")):
        server.call("POST", f"sys/namespaces/{name}", namespace=parent)
        parent = f"{parent}/{name}".strip("/")
    if given and "secret/" not in server.call("GET", "sys/mounts", namespace=given)["data"]:
        server.call("POST", "sys/mounts/secret", {"type": "kv", "options": {"version": "2"}}, given)
        server.call("POST", "sys/auth/approle", {"type": "approle"}, given)
    return given


@pytest.fixture(params=["inline", "login"])
def openbao(request: pytest.FixtureRequest, server: Server, client: Connect, namespace: str) -> OpenBao:
    auth = {"method": "approle", "session": request.param}
    return client(server.approle("all", POLICY, namespace), auth=auth, namespace=namespace or None)


def test_a_secret_is_created_changed_patched_and_removed(openbao: OpenBao) -> None:
    assert openbao.read_metadata("secret", "life/one") is None
    assert openbao.read_subkeys("secret", "life/one") is None
    assert openbao.write("secret", "life/one", {"a": Secret(CANARY), "b": Secret("b")}, cas=0) == 1
    assert openbao.write("secret", "life/one", {"a": Secret("new"), "b": Secret("b")}, cas=1) == 2
    assert openbao.patch("secret", "life/one", {"b": None, "c": Secret(CANARY)}, cas=2) == 3
    version = openbao.read("secret", "life/one")
    assert (version.version, version.keys) == (3, frozenset({"a", "c"}))
    assert version.secret("c", "ref").reveal() == CANARY
    assert openbao.read_subkeys("secret", "life/one") == frozenset({"a", "c"})
    assert openbao.read_subkeys("secret", "life/one", version=1) == frozenset({"a", "b"})
    openbao.delete("secret", "life/one")
    assert openbao.read_subkeys("secret", "life/one") is None
    with pytest.raises(DeletedVersionError):
        openbao.read("secret", "life/one")
    metadata = openbao.read_metadata("secret", "life/one")
    assert metadata is not None
    assert (metadata.current_version, sorted(metadata.versions)) == (3, [1, 2, 3])
    assert metadata.versions[1].created.startswith("20")
    assert (metadata.versions[1].deleted, metadata.versions[3].is_destroyed) == (None, False)
    assert str(metadata.versions[3].deleted).startswith("20")
    assert (metadata.custom, metadata.cas_required) == ({}, False)
    openbao.delete_all("secret", "life/one")
    assert openbao.read_metadata("secret", "life/one") is None


def test_removing_what_is_not_there_is_fine_and_patching_it_is_not(openbao: OpenBao) -> None:
    openbao.delete("secret", "life/none")
    openbao.delete_all("secret", "life/none")
    with pytest.raises(MissingPathError):
        openbao.patch("secret", "life/none", {"a": Secret("a")}, cas=1)


def test_names_are_listed_with_their_folders(openbao: OpenBao) -> None:
    openbao.write("secret", "tree/b", {"k": Secret("v")}, cas=0)
    openbao.write("secret", "tree/a/deep", {"k": Secret("v")}, cas=0)
    assert openbao.list("secret", "tree") == ("a/", "b")
    assert openbao.list("secret", "tree/none") == ()
    assert "tree/" in openbao.list("secret")
    openbao.delete_all("secret", "tree/b")
    openbao.delete_all("secret", "tree/a/deep")


def test_policies_and_roles_are_read_written_listed_and_removed(openbao: OpenBao) -> None:
    rules = 'path "secret/data/x" { capabilities = ["read"] }'
    assert openbao.get("sys/policies/acl/calls") is None
    openbao.put("sys/policies/acl/calls", {"policy": rules})
    found = openbao.get("sys/policies/acl/calls")
    assert found is not None
    assert found["policy"] == rules
    openbao.put("auth/approle/role/calls", {"token_policies": ["calls"]})
    assert "calls" in openbao.keys("auth/approle/role")
    openbao.remove("auth/approle/role/calls")
    assert openbao.get("auth/approle/role/calls") is None
    openbao.remove("sys/policies/acl/calls")
    openbao.remove("sys/policies/acl/calls")
    assert openbao.keys("auth/approle/role/calls/none") == ()
    assert "secret/" in (openbao.get("sys/mounts") or {})


def test_a_body_the_server_refuses_is_told_by_its_path(openbao: OpenBao) -> None:
    with pytest.raises(RefusedError, match=r"sys/policies/acl/calls: refused with status 400"):
        openbao.put("sys/policies/acl/calls", {"policy": "path {"})


def test_a_login_can_ask_what_it_may(server: Server, client: Connect, namespace: str) -> None:
    auth = {"method": "approle", "session": "login"}
    with client(server.approle("all", POLICY, namespace), auth=auth, namespace=namespace or None) as openbao:
        found = openbao.capabilities(["secret/data/x", "sys/mounts", "sys/seal"])
    assert found == {
        "secret/data/x": {"create", "update", "read", "patch", "delete", "list"},
        "sys/mounts": {"read"},
        "sys/seal": {"deny"},
    }


def test_refs_resolve_in_a_namespace_and_no_token_is_left(server: Server, client: Connect) -> None:
    server.call("POST", "sys/namespaces/apart")
    server.call("POST", "sys/mounts/secret", {"type": "kv", "options": {"version": "2"}}, "apart")
    server.call("POST", "sys/auth/approle", {"type": "approle"}, "apart")
    server.call("POST", "secret/data/runtime/postgres", {"data": {"password": CANARY}}, "apart")
    policy = POLICY + 'path "none/*" { capabilities = ["read"] }'
    file = server.approle("apart", policy, "apart")
    for session in ("inline", "login"):
        with client(file, auth={"method": "approle", "session": session}, namespace="apart") as openbao:
            secret = resolve(openbao, ["bao://secret/runtime/postgres#password"]).secrets
            assert [one.value.reveal() for one in secret.values()] == [CANARY]
            assert failures(openbao, "bao://secret/runtime/none#k")[0] == (MissingPathError,)
            assert failures(openbao, "bao://none/runtime/none#k")[0] == (MissingMountError,)
    assert server.accessors("apart") == []


def test_a_namespace_that_is_not_there_is_told_for_every_session(client: Connect) -> None:
    for session in ("inline", "login"):
        openbao = client(auth={"method": "approle", "session": session}, namespace="apart/none")
        kinds, words = failures(openbao, "bao://secret/runtime/postgres#password")
        assert kinds == (MissingNamespaceError,)
        assert "namespace 'apart/none' does not exist" in words
