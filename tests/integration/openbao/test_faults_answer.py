# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not there, or not a secret, each in words of its own; and two who write at once.

| Row | Test |
|---|---|
| 46 | test_path_mount_and_namespace_are_missed_in_different_words |
| 47 | test_versions_that_are_deleted_destroyed_or_absent_are_never_replaced |
| 47 | test_with_metadata_an_absent_version_is_told_from_an_absent_path |
| 47 | test_the_newest_version_deleted_is_not_replaced_by_the_one_before |
| 48 | test_values_that_are_no_secret_come_out_at_once |
| 53 | test_of_two_who_write_at_once_one_is_told_and_nothing_is_lost |
| 53 | test_a_create_never_overwrites |

What follows a conflict (read again, plan again, once) is up to the store of the KV actions.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    AbsentVersionError,
    CasConflictError,
    DeletedVersionError,
    DestroyedVersionError,
    EmptyValueError,
    MissingKeyError,
    MissingMountError,
    MissingNamespaceError,
    MissingPathError,
    NotAStringError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY, failures
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"
WIDE = 'path "*" { capabilities = ["read"] }\n'
WRITER = 'path "secret/data/runtime/*" { capabilities = ["create", "update", "read"] }\n'


def test_path_mount_and_namespace_are_missed_in_different_words(server: Server, client: Connect) -> None:
    wide = server.approle("wide", WIDE)
    assert failures(client(), "bao://secret/runtime/none#k")[0] == (MissingPathError,)
    assert failures(client(wide), "bao://none/runtime/none#k")[0] == (MissingMountError,)
    kinds, words = failures(client(namespace="none"), POSTGRES)
    assert kinds == (MissingNamespaceError,)
    assert "namespace 'none' does not exist" in words


def test_versions_that_are_deleted_destroyed_or_absent_are_never_replaced(server: Server, client: Connect) -> None:
    for _ in range(3):
        server.write("runtime/versions", {"k": CANARY})
    server.call("POST", "secret/delete/runtime/versions", {"versions": [1]})
    server.call("PUT", "secret/destroy/runtime/versions", {"versions": [2]})
    refs = [f"bao://secret/runtime/versions#k@{version}" for version in (1, 2, 9)]
    kinds, words = failures(client(), *refs)
    assert kinds == (DeletedVersionError, DestroyedVersionError, AbsentVersionError)
    assert "version 1 was deleted at 20" in words
    assert "version 2 was destroyed" in words
    assert "no such path, or no version 9 of it" in words
    assert resolve(client(), ["bao://secret/runtime/versions#k"]).reads == 1


def test_with_metadata_an_absent_version_is_told_from_an_absent_path(server: Server, client: Connect) -> None:
    policy = 'path "secret/+/runtime/*" { capabilities = ["read"] }\n'
    reader = server.approle("metadata", policy)
    kinds, words = failures(client(reader), f"{POSTGRES}@9", "bao://secret/runtime/none#k@9")
    assert kinds == (AbsentVersionError, MissingPathError)
    assert "version 9 does not exist" in words


def test_the_newest_version_deleted_is_not_replaced_by_the_one_before(server: Server, client: Connect) -> None:
    server.write("runtime/deleted", {"k": "old"})
    server.write("runtime/deleted", {"k": CANARY})
    server.call("DELETE", "secret/data/runtime/deleted")
    assert failures(client(), "bao://secret/runtime/deleted#k")[0] == (DeletedVersionError,)


def test_values_that_are_no_secret_come_out_at_once(client: Connect) -> None:
    refs = [f"bao://secret/runtime/odd#{key}" for key in ("absent", "empty", "port", "object")]
    assert failures(client(), *refs)[0] == (MissingKeyError, EmptyValueError, NotAStringError, NotAStringError)


def test_of_two_who_write_at_once_one_is_told_and_nothing_is_lost(server: Server, client: Connect) -> None:
    openbao = client(server.approle("writers", WRITER))
    openbao.write("secret", "runtime/raced", {"k": Secret("first")}, cas=0)

    def write(value: str) -> int | CasConflictError:
        try:
            return openbao.write("secret", "runtime/raced", {"k": Secret(value)}, cas=1)
        except CasConflictError as conflict:
            return conflict

    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(write, (f"{CANARY}-{number}" for number in range(4))))
    conflicts = [outcome for outcome in outcomes if isinstance(outcome, CasConflictError)]
    assert [outcome for outcome in outcomes if isinstance(outcome, int)] == [2]
    assert len(conflicts) == 3
    assert str(conflicts[0]).startswith("bao://secret/runtime/raced: was changed by somebody else meanwhile")
    assert openbao.read("secret", "runtime/raced").version == 2


def test_a_create_never_overwrites(server: Server, client: Connect) -> None:
    openbao = client(server.approle("creator", WRITER))
    with pytest.raises(CasConflictError) as conflict:
        openbao.write("secret", "runtime/postgres", {"password": Secret("new")}, cas=0)
    assert "nothing was written" in str(conflict.value)
    assert openbao.read("secret", "runtime/postgres").secret("password", "ref").reveal() == CANARY
