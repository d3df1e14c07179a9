# SPDX-License-Identifier: GPL-3.0-or-later
"""Refs resolve on a real server and leave nothing behind."""

from __future__ import annotations

import json
from collections.abc import Callable

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, resolve
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"


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


def test_a_token_file_works_too(server: Server, client: Connect, credentials: str) -> None:
    token = server.call("POST", "auth/token/create", {"policies": ["controller", "default"]})["auth"]["client_token"]
    file = server.private("token", f"{token}\n")
    assert resolve(client(file, auth={"method": "token_file"}), [POSTGRES]).secrets[POSTGRES].version == 2
