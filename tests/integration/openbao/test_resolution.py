# SPDX-License-Identifier: GPL-3.0-or-later
"""Refs resolve on a real server, leave nothing behind, and fail in words of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    AbsentVersionError,
    BusyError,
    CredentialRefusedError,
    DeletedVersionError,
    DestroyedVersionError,
    EmptyValueError,
    MissingKeyError,
    MissingMountError,
    MissingNamespaceError,
    MissingPathError,
    NotAStringError,
    PolicyDeniedError,
    UnresolvedRefsError,
    UntrustedServerError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY
from ansible_collections.fractalops.infra.tests.integration.openbao.server import ROOT_TOKEN, Server

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"
WIDE = 'path "*" { capabilities = ["read"] }\n'


def _failures(openbao: OpenBao, *refs: str) -> tuple[tuple[type[Exception], ...], str]:
    with pytest.raises(UnresolvedRefsError) as failure:
        resolve(openbao, refs)
    assert "canary" not in str(failure.value)
    return tuple(type(one) for one in failure.value.failures), str(failure.value)


def test_refs_resolve_with_inline_auth_and_no_token_is_left(server: Server, client: Connect) -> None:
    before, asked_before = server.accessors(), len(server.requests_for("secret/"))
    refs = [POSTGRES, f"{POSTGRES}@1", "bao://secret/runtime/postgres#username"]
    resolution = resolve(client(), refs)
    assert {ref: secret.value.reveal() for ref, secret in resolution.secrets.items()} == {
        refs[0]: CANARY,
        refs[1]: "old",
        refs[2]: "fractalops",
    }
    assert [secret.version for secret in resolution.secrets.values()] == [2, 1, 2]
    assert server.requests_for("secret/")[asked_before:] == ["secret/data/runtime/postgres"] * 2
    assert resolution.reads == 2
    assert server.accessors() == before


def test_twenty_paths_are_twenty_requests_over_few_connections(server: Server, client: Connect) -> None:
    for number in range(20):
        server.write(f"runtime/many/{number}", {"key": f"value-{number}", "other": "x"})
    resolve(client(), [f"bao://secret/runtime/many/{number}#{key}" for number in range(20) for key in ("key", "other")])
    entries = [json.loads(line) for line in server.audit_log.read_text().splitlines()]
    reads = [
        entry["request"]
        for entry in entries
        if entry["type"] == "request"
        and entry["request"]["operation"] == "read"
        and entry["request"]["path"].startswith("secret/data/runtime/many/")
    ]
    assert sorted(read["path"] for read in reads) == sorted(f"secret/data/runtime/many/{n}" for n in range(20))
    assert len({read["remote_port"] for read in reads}) < 6


def test_a_token_file_works_too(server: Server, client: Connect) -> None:
    file = server.private("root", f"{ROOT_TOKEN}\n")
    assert resolve(client(file, auth={"method": "token_file"}), [POSTGRES]).secrets[POSTGRES].version == 2


def test_a_token_that_is_not_one_is_told_from_one_that_may_not(server: Server, client: Connect) -> None:
    token_file = {"method": "token_file"}
    kinds, words = _failures(client(server.private("bad", "s.canary"), auth=token_file), POSTGRES)
    assert kinds == (CredentialRefusedError,)
    assert "token is invalid or expired" in words
    narrow = server.call("POST", "auth/token/create", {"policies": ["default"]})["auth"]["client_token"]
    assert _failures(client(server.private("narrow", narrow), auth=token_file), POSTGRES)[0] == (PolicyDeniedError,)


def test_a_wrong_secret_id_is_told_from_a_policy_that_lacks_read(server: Server, client: Connect) -> None:
    good = json.loads(Path(server.approle("narrow")).read_text())
    wrong = server.private("wrong", json.dumps({**good, "secret_id": "canary"}))
    kinds, words = _failures(client(wrong), POSTGRES)
    assert kinds == (CredentialRefusedError,)
    assert "role_id or secret_id is invalid or expired" in words
    kinds, words = _failures(client(), "bao://secret/private/other#password")
    assert kinds == (PolicyDeniedError,)
    assert "policy lacks read on 'secret/data/private/other'" in words


def test_a_wrong_credential_costs_one_login_however_many_refs(server: Server, client: Connect) -> None:
    wrong = server.private("wrong", json.dumps({"role_id": "canary", "secret_id": "canary"}))
    before = len(server.requests_for(""))
    kinds, words = _failures(client(wrong), *(f"bao://secret/runtime/many/{number}#key" for number in range(20)))
    assert kinds == (CredentialRefusedError,)
    assert "19 more secret(s) were not read" in words
    # One login and the one read it was for.
    assert len(server.requests_for("")) - before <= 2


def test_a_secret_id_that_is_used_up_or_an_absent_auth_mount_is_refused(server: Server, client: Connect) -> None:
    once = server.approle("once", secret_id_num_uses=1)
    assert resolve(client(once), [POSTGRES]).reads == 1
    assert _failures(client(once), POSTGRES)[0] == (CredentialRefusedError,)
    assert _failures(client(auth={"method": "approle", "path": "none"}), POSTGRES)[0] == (CredentialRefusedError,)


def test_path_mount_and_namespace_are_missed_in_different_words(server: Server, client: Connect) -> None:
    wide = server.approle("wide", WIDE)
    assert _failures(client(), "bao://secret/runtime/none#k")[0] == (MissingPathError,)
    assert _failures(client(wide), "bao://none/runtime/none#k")[0] == (MissingMountError,)
    kinds, words = _failures(client(namespace="none"), POSTGRES)
    assert kinds == (MissingNamespaceError,)
    assert "namespace 'none' does not exist" in words


def test_versions_that_are_deleted_destroyed_or_absent_are_never_replaced(server: Server, client: Connect) -> None:
    for _ in range(3):
        server.write("runtime/versions", {"k": CANARY})
    server.call("POST", "secret/delete/runtime/versions", {"versions": [1]})
    server.call("PUT", "secret/destroy/runtime/versions", {"versions": [2]})
    refs = [f"bao://secret/runtime/versions#k@{version}" for version in (1, 2, 9)]
    kinds, words = _failures(client(), *refs)
    assert kinds == (DeletedVersionError, DestroyedVersionError, AbsentVersionError)
    assert "version 1 was deleted at 20" in words
    assert "version 2 was destroyed" in words
    assert "no such path, or no version 9 of it" in words
    assert resolve(client(), ["bao://secret/runtime/versions#k"]).reads == 1


def test_with_metadata_an_absent_version_is_told_from_an_absent_path(server: Server, client: Connect) -> None:
    policy = 'path "secret/+/runtime/*" { capabilities = ["read"] }\n'
    reader = server.approle("metadata", policy)
    kinds, words = _failures(client(reader), f"{POSTGRES}@9", "bao://secret/runtime/none#k@9")
    assert kinds == (AbsentVersionError, MissingPathError)
    assert "version 9 does not exist" in words


def test_the_newest_version_deleted_is_not_replaced_by_the_one_before(server: Server, client: Connect) -> None:
    server.write("runtime/deleted", {"k": "old"})
    server.write("runtime/deleted", {"k": CANARY})
    server.call("DELETE", "secret/data/runtime/deleted")
    assert _failures(client(), "bao://secret/runtime/deleted#k")[0] == (DeletedVersionError,)


def test_values_that_are_no_secret_come_out_at_once(client: Connect) -> None:
    refs = [f"bao://secret/runtime/odd#{key}" for key in ("absent", "empty", "port", "object")]
    assert _failures(client(), *refs)[0] == (MissingKeyError, EmptyValueError, NotAStringError, NotAStringError)


def test_a_server_under_another_ca_gets_no_credential(server: Server, client: Connect) -> None:
    before = len(server.requests_for(""))
    assert _failures(client(ca_file=None), POSTGRES)[0] == (UntrustedServerError,)
    assert len(server.requests_for("")) == before


def test_a_rate_limit_is_waited_for(server: Server, client: Connect) -> None:
    refs = [f"bao://secret/runtime/many/{number}#key" for number in range(4)]
    server.call("POST", "sys/quotas/rate-limit/slow", {"rate": 3, "interval": "1s", "path": "secret/"})
    try:
        assert resolve(client(), refs).reads == 4
        server.call("POST", "sys/quotas/rate-limit/slow", {"rate": 1, "interval": "60s", "path": "secret/"})
        assert _failures(client(deadline_seconds=1), *refs)[0] == (BusyError,)
    finally:
        server.call("DELETE", "sys/quotas/rate-limit/slow")
