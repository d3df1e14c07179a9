# SPDX-License-Identifier: GPL-3.0-or-later
"""A batch of refs: each place read once, all failures at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import UnresolvedRefsError
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Stub, http, kv

Connect = Callable[..., OpenBao]
CANARY = "canary-8f14e45f"
POSTGRES = "bao://secret/runtime/postgres#"


def test_each_place_is_read_once_and_the_order_is_that_of_the_refs(client: Connect) -> None:
    refs = [f"{POSTGRES}password", f"{POSTGRES}username", f"{POSTGRES}password", f"{POSTGRES}password@7"]
    with Stub([kv({"username": "u", "password": CANARY}, 7)]) as server:
        resolution = resolve(client(server.address), refs)
    assert list(resolution.secrets) == [f"{POSTGRES}password", f"{POSTGRES}username", f"{POSTGRES}password@7"]
    assert resolution.reads == len(server.requests) == 2
    assert {secret.version for secret in resolution.secrets.values()} == {7}
    assert resolution.secrets[f"{POSTGRES}password"].pinned == f"{POSTGRES}password@7"
    assert CANARY not in repr(resolution)


def test_no_refs_need_no_server(client: Connect) -> None:
    resolution = resolve(client("http://127.0.0.1:9"), [])
    assert (dict(resolution.secrets), resolution.reads) == ({}, 0)


def test_keys_that_are_missing_empty_or_no_string_come_out_at_once_without_a_value(client: Connect) -> None:
    data = {"empty": "", "port": 5432, "on": True, "nothing": None, "list": [CANARY], "good": CANARY}
    keys = ("absent", "empty", "port", "on", "nothing", "list", "good")
    with Stub([kv(data)]) as server, pytest.raises(UnresolvedRefsError) as failure:
        resolve(client(server.address), [f"{POSTGRES}{key}" for key in keys])
    lines = str(failure.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [f"{POSTGRES}{key}" for key in keys[:-1]]
    words = ["no such key", "is empty", "is a number", "is a boolean", "is a null", "is a list"]
    assert all(word in line for word, line in zip(words, lines, strict=True))
    assert CANARY not in str(failure.value)


def test_malformed_refs_are_named_by_their_place_and_nothing_is_read(client: Connect) -> None:
    with Stub([kv({})]) as server, pytest.raises(UnresolvedRefsError) as failure:
        resolve(client(server.address), [f"{POSTGRES}password", CANARY, "bao://sys/mounts#x", "bao://secret/../sys#k"])
    assert [line.partition(":")[0] for line in str(failure.value).splitlines()] == ["ref 2", "ref 3", "ref 4"]
    assert CANARY not in str(failure.value)
    assert server.requests == []


def test_a_server_that_refuses_us_is_asked_once_and_told_once(client: Connect) -> None:
    refused = http(403, b'{"errors":["permission denied"]}')
    with Stub([refused]) as server, pytest.raises(UnresolvedRefsError) as failure:
        resolve(client(server.address), [f"bao://secret/runtime/{number}#k" for number in range(20)])
    first, second = str(failure.value).splitlines()
    assert "role_id or secret_id is invalid or expired" in first
    assert second == "19 more secret(s) were not read because of this"
    assert len(server.requests) == 1


@pytest.mark.parametrize("path", ("../sys/mounts", "a//b", "/a", "a/", "a%2fb", "a?version=1", "a#b", "", "a\nb"))
def test_a_read_cannot_leave_its_path(client: Connect, path: str) -> None:
    with Stub([kv({})]) as server:
        for mount, inside in (("secret", path), (path, "a")):
            with pytest.raises(Exception, match="not the mount and path"):
                client(server.address).read(mount, inside)
    assert server.requests == []
