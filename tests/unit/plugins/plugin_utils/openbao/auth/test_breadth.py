# SPDX-License-Identifier: GPL-3.0-or-later
"""Which rights are too many, each of them alone; a server at the wire says what the credential has."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, check_breadth
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.breadth import NO_POLICY, NOWHERE
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import BroadCredentialError
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Reply, Stub, http

Connect = Callable[..., OpenBao]
ASKED = (NOWHERE, NO_POLICY, "auth/token/create", "auth/token/create-orphan", "sys/raw/core", "sys/seal")
WHAT = ("every path", "every policy", *["making tokens"] * 2, "raw storage", "sealing the server")
DENIED = http(403, b'{"errors":["1 error occurred:\\n\\t* permission denied\\n\\n"]}')
ABSENT = http(404, b'{"errors":[]}')
WRITES = ("create", "update", "patch", "delete", "sudo", "root")


def having(**granted: str) -> Reply:
    """The answer to a question about capabilities: one for each path of ``granted``, none for the others."""
    given = {path: ["deny"] for path in ASKED} | {path: [one] for path, one in granted.items()}
    return http(200, json.dumps({"data": given}).encode())


def refused(words: str) -> AbstractContextManager[object]:
    return pytest.raises(BroadCredentialError, match=words)


def test_a_credential_without_any_of_it_passes_with_one_question(client: Connect) -> None:
    with Stub([having()]) as server:
        check_breadth(client(server.address))
    (request,) = server.requests
    assert request.startswith("POST /v1/sys/capabilities-self ")


@pytest.mark.parametrize("capability", WRITES)
@pytest.mark.parametrize(("path", "what"), list(zip(ASKED, WHAT, strict=True)))
def test_each_right_that_writes_is_too_much_alone(client: Connect, path: str, what: str, capability: str) -> None:
    with Stub([having(**{path: capability})]) as server, refused(f"{capability} on {what}"):
        check_breadth(client(server.address))


@pytest.mark.parametrize("capability", ["read", "list"])
@pytest.mark.parametrize("path", ASKED)
def test_a_read_is_too_much_only_of_what_nobody_may_read(client: Connect, path: str, capability: str) -> None:
    is_broad = path in {NOWHERE, "sys/raw/core"}
    outcome = refused(capability) if is_broad else nullcontext()
    with outcome, Stub([having(**{path: capability})]) as server:
        check_breadth(client(server.address))


def test_who_may_not_be_asked_is_tried_at_what_does_not_exist(client: Connect) -> None:
    with Stub([DENIED]) as server:
        check_breadth(client(server.address))
    assert [request.partition(" HTTP/1.1")[0] for request in server.requests[1:]] == [
        f"GET /v1/{NOWHERE}",
        f"LIST /v1/{NOWHERE}",
        f"DELETE /v1/{NOWHERE}",
        f"DELETE /v1/{NO_POLICY}",
    ]


@pytest.mark.parametrize(
    ("number", "what"),
    list(enumerate(("read on every path", "list on every path", "delete on every path", "delete on every policy"))),
)
def test_each_try_that_is_not_denied_is_too_much(client: Connect, number: int, what: str) -> None:
    with Stub([DENIED, *[DENIED] * number, ABSENT, DENIED]) as server, refused(what):
        check_breadth(client(server.address))
    assert len(server.requests) == number + 2
