# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads of KV v2: each reason why there is nothing to give, and answers of another shape."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    AbsentVersionError,
    DeletedVersionError,
    ForeignAnswerError,
    MissingMountError,
    MissingPathError,
    PolicyDeniedError,
    RefusedError,
    UnexpectedVersionError,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.secret_ref import MalformedRefError
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Reply, Stub, http

Connect = Callable[..., OpenBao]
Call = Callable[[OpenBao], object]
CALLS: dict[str, Call] = {
    "read": lambda openbao: openbao.read("secret", "a"),
    "metadata": lambda openbao: openbao.read_metadata("secret", "a"),
    "subkeys": lambda openbao: openbao.read_subkeys("secret", "a"),
    "list": lambda openbao: openbao.list("secret", "a"),
    "write": lambda openbao: openbao.write("secret", "a", {}, 1),
    "create": lambda openbao: openbao.write("secret", "a", {}, 0),
    "patch": lambda openbao: openbao.patch("secret", "a", {}, 1),
    "delete": lambda openbao: openbao.delete("secret", "a"),
    "delete_all": lambda openbao: openbao.delete_all("secret", "a"),
}
#: Capability and path of the policy that each call needs.
NEEDS = {
    "read": ("read", "secret/data/a"),
    "metadata": ("read", "secret/metadata/a"),
    "subkeys": ("read", "secret/subkeys/a"),
    "list": ("list", "secret/metadata/a"),
    "write": ("update", "secret/data/a"),
    "create": ("create", "secret/data/a"),
    "patch": ("patch", "secret/data/a"),
    "delete": ("delete", "secret/data/a"),
    "delete_all": ("delete", "secret/metadata/a"),
}
DENIED = http(403, b'{"errors":["1 error occurred:\\n\\t* permission denied\\n\\n"]}')
UNMOUNTED = http(404, b'{"errors":["no handler for route \\"secret/data/a\\". route entry not found."]}')
ABSENT = http(404, b'{"errors":[]}')


def answer(data: object) -> Reply:
    return http(200, json.dumps({"data": data}).encode())


def test_the_version_that_is_asked_for_is_given(server: KvServer, client: Connect) -> None:
    server.secrets["a"] = [{"k": "1"}, {"k": "2", "l": "x"}]
    openbao = client(server.address)
    newest, first = openbao.read("secret", "a"), openbao.read("secret", "a", 1)
    assert (newest.version, newest.keys, newest.secret("k", "r").reveal()) == (2, frozenset("kl"), "2")
    assert (first.version, first.keys, first.secret("k", "r").reveal()) == (1, frozenset("k"), "1")
    assert openbao.read_subkeys("secret", "a") == frozenset("kl")
    assert openbao.read_subkeys("secret", "a", 1) == frozenset("k")


def test_an_absent_version_is_told_from_an_absent_path(server: KvServer, client: Connect) -> None:
    server.secrets["a"] = [{"k": "1"}]
    openbao = client(server.address)
    with pytest.raises(AbsentVersionError):
        openbao.read("secret", "a", 7)
    for version in (None, 7):
        with pytest.raises(MissingPathError):
            openbao.read("secret", "gone", version)
    assert openbao.read_metadata("secret", "gone") is None
    assert openbao.read_subkeys("secret", "gone") is None


def test_an_absent_version_whose_metadata_is_not_ours_to_read_is_still_absent(
    server: KvServer, client: Connect
) -> None:
    server.secrets["a"], server.denied = [{"k": "1"}], {"metadata/a"}
    with pytest.raises(AbsentVersionError):
        client(server.address).read("secret", "a", 7)


def test_a_deleted_version_has_no_values_and_no_keys(server: KvServer, client: Connect) -> None:
    server.secrets["a"] = [{"k": "1"}, None]
    openbao = client(server.address)
    with pytest.raises(DeletedVersionError):
        openbao.read("secret", "a")
    assert openbao.read_subkeys("secret", "a") is None
    assert openbao.read("secret", "a", 1).version == 1


@pytest.mark.parametrize("name", CALLS)
def test_a_policy_that_lacks_something_is_told_what(client: Connect, name: str) -> None:
    capability, path = NEEDS[name]
    with Stub([DENIED]) as stub, pytest.raises(PolicyDeniedError) as failure:
        CALLS[name](client(stub.address))
    assert capability in str(failure.value)
    assert path in str(failure.value)


@pytest.mark.parametrize("name", CALLS)
def test_a_mount_that_is_missing_is_named(client: Connect, name: str) -> None:
    with Stub([UNMOUNTED]) as stub, pytest.raises(MissingMountError, match="secret"):
        CALLS[name](client(stub.address))


@pytest.mark.parametrize("name", CALLS)
def test_any_other_refusal_is_told_by_its_status(client: Connect, name: str) -> None:
    with Stub([http(405, b'{"errors":["unsupported operation"]}')]) as stub, pytest.raises(RefusedError, match="405"):
        CALLS[name](client(stub.address))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *(("read", data) for data in ({}, {"data": {}}, {"data": [], "metadata": {"version": 1}})),
        *(("read", {"data": {}, "metadata": {"version": version}}) for version in (0, "1", True, None)),
        *(("metadata", data) for data in ({}, {"versions": {}, "current_version": "1"}, {"versions": {"x": {}}})),
        *(("subkeys", data) for data in ({}, {"subkeys": ["k"]})),
        *((name, {"version": version}) for name in ("write", "patch") for version in ("2", None, True)),
    ],
)
def test_an_answer_of_another_shape_is_foreign(client: Connect, name: str, data: object) -> None:
    with Stub([answer(data)]) as stub, pytest.raises(ForeignAnswerError):
        CALLS[name](client(stub.address))


def test_another_version_than_was_asked_for_is_refused(client: Connect) -> None:
    with Stub([answer({"data": {}, "metadata": {"version": 3}})]) as stub, pytest.raises(UnexpectedVersionError):
        client(stub.address).read("secret", "a", 2)


@pytest.mark.parametrize(
    ("reply", "names"),
    [(answer({"keys": ["b/", "a"]}), ("a", "b/")), (ABSENT, ())],
)
@pytest.mark.parametrize("path", ["", "app"])
def test_names_are_sorted_and_nothing_is_no_names(
    client: Connect, reply: Reply, names: tuple[str, ...], path: str
) -> None:
    with Stub([reply]) as stub:
        assert client(stub.address).list("secret", path) == names
    assert f" /v1/secret/metadata/{path}" in stub.requests[0]


def test_writes_say_the_version_they_follow(server: KvServer, client: Connect) -> None:
    openbao = client(server.address)
    assert openbao.write("secret", "a", {"k": Secret("1"), "l": Secret("x")}, 0) == 1
    assert openbao.patch("secret", "a", {"k": Secret("2"), "l": None}, 1) == 2
    assert (server.newest("a"), server.writes) == ({"k": "2"}, [("POST", "a", 0), ("PATCH", "a", 1)])


def test_what_is_not_there_needs_no_removal(client: Connect) -> None:
    with Stub([ABSENT]) as stub:
        openbao = client(stub.address)
        openbao.delete("secret", "a")
        openbao.delete_all("secret", "a")
    assert [request.partition(" HTTP/1.1")[0] for request in stub.requests] == [
        "DELETE /v1/secret/data/a",
        "DELETE /v1/secret/metadata/a",
    ]


@pytest.mark.parametrize("call", ["read", "read_metadata", "read_subkeys", "list", "delete", "delete_all"])
@pytest.mark.parametrize(("mount", "path"), [("secret", "../sys/seal"), ("secret", "a b"), ("se?cret", "a"), ("", "a")])
def test_a_path_that_could_lead_elsewhere_is_never_sent(client: Connect, call: str, mount: str, path: str) -> None:
    values: tuple[Any, ...] = (mount, path)
    with Stub([ABSENT]) as stub:
        with pytest.raises(MalformedRefError):
            getattr(client(stub.address), call)(*values)
        for write in ("write", "patch"):
            with pytest.raises(MalformedRefError):
                getattr(client(stub.address), write)(mount, path, {}, 1)
    assert stub.requests == []
