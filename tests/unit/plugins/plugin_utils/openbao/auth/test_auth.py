# SPDX-License-Identifier: GPL-3.0-or-later
"""Each auth method, inline and with a login, at the wire."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, connect
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    BroadCredentialError,
    ConnectionSettingsError,
    CredentialRefusedError,
    CredentialsFileError,
    DeadlineError,
    ForeignAnswerError,
    MissingPathError,
    OpenBaoError,
    PolicyDeniedError,
    ShortLivedCredentialError,
    TokenLeftError,
)
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import (
    Reply,
    Stub,
    http,
    kv,
    silence,
)

JWT = "eyJjYW5hcnkiOjF9.canary-8f14e45f.c2ln"
CONTENT = {
    "approle": '{"role_id": "canary-role", "secret_id": "canary-8f14e45f"}',
    "jwt": f"{JWT}\n",
    "kubernetes": JWT,
    "token_file": "s.canary-8f14e45f",
}
ROLE = {"jwt": {"role": "ci"}, "kubernetes": {"role": "ci"}}
GOOD = kv({"password": "canary-8f14e45f"})
REVOKED = http(204, b"")
To = Callable[..., OpenBao]


def logged_in(**other: Any) -> Reply:
    """What OpenBao answers to a login."""
    auth = {"client_token": "s.canary-token", "policies": ["reader"], "lease_duration": 600, "token_type": "service"}
    return _answer({"auth": {**auth, **other}})


def looked_up(**other: Any) -> Reply:
    """What OpenBao answers to a look-up."""
    return _answer({"data": {"policies": ["reader"], "ttl": 600, **other}})


def may(capabilities: dict[str, list[str]]) -> Reply:
    """What OpenBao answers to who asks what it may."""
    return _answer({"data": capabilities})


def _answer(document: object) -> Reply:
    return http(200, json.dumps(document).encode())


def denied(document: str = "1 error occurred:\\n\\t* permission denied\\n\\n") -> Reply:
    """A policy that lacks something."""
    return http(403, f'{{"errors":["{document}"]}}'.encode())


@pytest.fixture
def to(tmp_path: Path) -> Iterator[To]:
    """Clients with an auth method; closed after the test."""
    with ExitStack() as clients:

        def make(server: Stub, method: str, *, is_closed: bool = True, **other: Any) -> OpenBao:
            file = tmp_path / method
            file.touch(mode=0o600)
            file.write_text(CONTENT[method])
            connection = {key: other.pop(key) for key in ("allow_broad", "deadline_seconds") if key in other}
            auth = {"method": method, **ROLE.get(method, {}), **other}
            settings = {"address": server.address, "mount": "secret", "auth": auth}
            openbao = connect(settings, str(file), **connection)
            return clients.enter_context(openbao) if is_closed else openbao

        yield make


def _lines(server: Stub) -> list[str]:
    return [request.partition(" HTTP/1.1")[0] for request in server.requests]


def _parameters(request: str) -> dict[str, str]:
    """What a request says inline."""
    found = [line.partition(": ")[2] for line in request.split("\r\n") if "Inline-Auth-Parameter" in line]
    assert not any("=" in text for text in found)
    documents = [json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) for text in found]
    return {document["key"]: document["value"] for document in documents}


@pytest.mark.parametrize(
    ("method", "path", "parameters"),
    (
        ("approle", "approle", {"role_id": "canary-role", "secret_id": "canary-8f14e45f"}),
        ("jwt", "jwt", {"role": "ci", "jwt": JWT}),
        ("kubernetes", "kubernetes", {"role": "ci", "jwt": JWT}),
    ),
)
def test_inline_auth_is_the_login_on_every_request(to: To, method: str, path: str, parameters: dict[str, str]) -> None:
    with Stub([GOOD]) as server:
        openbao = to(server, method)
        openbao.read("secret", "a")
        openbao.read("secret", "b")
        openbao.close()
    assert _lines(server) == ["GET /v1/secret/data/a", "GET /v1/secret/data/b"]
    for request in server.requests:
        assert f"X-Vault-Inline-Auth-Path: auth/{path}/login\r\n" in request
        assert _parameters(request) == parameters
        assert "X-Vault-Token" not in request


@pytest.mark.parametrize("method", ("approle", "jwt", "kubernetes"))
def test_a_login_is_one_token_for_all_requests_and_revoked_at_the_end(to: To, method: str) -> None:
    with Stub([logged_in(), GOOD, GOOD, REVOKED]) as server:
        openbao = to(server, method, session="login", path="own")
        openbao.read("secret", "a")
        openbao.read("secret", "b")
        openbao.close()
        openbao.close()
    assert _lines(server) == [
        "POST /v1/auth/own/login",
        "GET /v1/secret/data/a",
        "GET /v1/secret/data/b",
        "POST /v1/auth/token/revoke-self",
    ]
    assert "X-Vault-Token" not in server.requests[0]
    assert all("X-Vault-Token: s.canary-token\r\n" in request for request in server.requests[1:])


def test_a_client_that_asks_nothing_logs_in_nowhere(to: To) -> None:
    with Stub([GOOD]) as server:
        to(server, "approle", session="login").close()
    assert server.requests == []


def _fails_within(openbao: OpenBao, error: BaseException | None = None) -> None:
    """One read in a ``with`` block that ends badly."""
    with openbao:
        openbao.read("secret", "a")
        if error is not None:
            raise error


ABSENT = http(404, b'{"errors":[]}')


def test_the_token_is_revoked_after_a_failure_too(to: To) -> None:
    with Stub([logged_in(), ABSENT, REVOKED]) as server, pytest.raises(MissingPathError) as failure:
        _fails_within(to(server, "approle", session="login", is_closed=False))
    assert _lines(server)[-1] == "POST /v1/auth/token/revoke-self"
    assert "revoked" not in str(failure.value)


def test_a_revocation_that_fails_stands_beside_the_failure_it_followed(to: To) -> None:
    fault = http(500, b'{"errors":["canary"]}')
    with Stub([logged_in(), ABSENT, fault]) as server, pytest.raises(MissingPathError) as failure:
        _fails_within(to(server, "approle", session="login", is_closed=False))
    first, second = str(failure.value).splitlines()
    assert "there is no secret at this path" in first
    assert "was not revoked and lives up to 600 s" in second
    assert "canary" not in str(failure.value)


def test_a_revocation_that_fails_stands_beside_an_error_that_is_not_ours(to: To) -> None:
    with Stub([logged_in(), GOOD, http(500, b"{}")]) as server, pytest.raises(KeyboardInterrupt) as failure:
        _fails_within(to(server, "approle", session="login", is_closed=False), KeyboardInterrupt())
    assert "was not revoked" in failure.value.__notes__[0]


def test_a_revocation_that_fails_alone_is_the_failure(to: To) -> None:
    with Stub([logged_in(), GOOD, http(500, b"{}")]) as server:
        openbao = to(server, "approle", session="login", is_closed=False)
        openbao.read("secret", "a")
        with pytest.raises(TokenLeftError, match="was not revoked"):
            openbao.close()


def test_the_token_is_revoked_although_the_deadline_has_passed(to: To) -> None:
    stop = threading.Event()
    with Stub([logged_in(), silence(stop), REVOKED]) as server, pytest.raises(DeadlineError) as failure:
        _fails_within(to(server, "approle", session="login", is_closed=False, deadline_seconds=0.3))
    stop.set()
    assert _lines(server)[-1] == "POST /v1/auth/token/revoke-self"
    assert "revoked" not in str(failure.value)


def test_a_token_the_server_no_longer_knows_needs_no_revocation(to: To) -> None:
    with Stub([logged_in(), GOOD, denied("permission denied")]) as server:
        openbao = to(server, "approle", session="login", is_closed=False)
        openbao.read("secret", "a")
        openbao.close()
    assert len(server.requests) == 3


def test_a_batch_token_is_not_stored_so_it_is_not_revoked(to: To) -> None:
    with Stub([logged_in(token_type="batch"), GOOD]) as server:
        openbao = to(server, "approle", session="login", is_closed=False)
        openbao.read("secret", "a")
        openbao.close()
    assert len(server.requests) == 2


@pytest.mark.parametrize("status", (400, 403))
def test_a_refused_login_is_told_and_made_once(to: To, status: int) -> None:
    refused = http(status, b'{"errors":["canary-8f14e45f"]}')
    with Stub([refused]) as server, pytest.raises(CredentialRefusedError) as failure:
        to(server, "jwt", session="login").read("secret", "a")
    words = "JWT for role 'ci' is invalid or expired, or there is no such role or nothing at 'auth/jwt/login'"
    assert words in str(failure.value)
    assert len(server.requests) == 1


@pytest.mark.parametrize("answer", (_answer({"auth": None}), _answer({"auth": {"client_token": 5}}), _answer({"a": 1})))
def test_an_answer_that_is_no_login_is_foreign(to: To, answer: Reply) -> None:
    with Stub([answer]) as server, pytest.raises(ForeignAnswerError, match="not a login"):
        to(server, "approle", session="login").read("secret", "a")


def test_a_login_that_gives_root_or_ends_too_early_is_revoked_at_once(to: To) -> None:
    cases: tuple[tuple[Reply, type[OpenBaoError]], ...] = (
        (logged_in(policies=["root"]), BroadCredentialError),
        (logged_in(lease_duration=5), ShortLivedCredentialError),
    )
    for answer, error in cases:
        with Stub([answer, REVOKED]) as server, pytest.raises(error):
            to(server, "approle", session="login").read("secret", "a")
        assert _lines(server)[1:] == ["POST /v1/auth/token/revoke-self"]


def test_a_token_file_is_looked_at_once(to: To) -> None:
    with Stub([looked_up(), may({}), GOOD]) as server:
        openbao = to(server, "token_file")
        openbao.read("secret", "a")
        openbao.read("secret", "b")
        openbao.close()
    assert _lines(server) == [
        "GET /v1/auth/token/lookup-self",
        "POST /v1/sys/capabilities-self",
        "GET /v1/secret/data/a",
        "GET /v1/secret/data/b",
    ]


def test_a_token_that_ends_before_the_deadline_is_refused(to: To) -> None:
    with Stub([looked_up(ttl=20)]) as server, pytest.raises(ShortLivedCredentialError) as failure:
        to(server, "token_file", deadline_seconds=30).read("secret", "a")
    assert "the token lives 20 s, less than the 30 s this may take" in str(failure.value)
    assert len(server.requests) == 1


def test_a_root_token_is_refused_except_for_break_glass(to: To) -> None:
    root = looked_up(policies=["root"], ttl=0)
    with Stub([root]) as server, pytest.raises(BroadCredentialError, match="the policy root"):
        to(server, "token_file").read("secret", "a")
    with Stub([root, GOOD]) as server:
        assert to(server, "token_file", allow_broad=True).read("secret", "a").version == 1


@pytest.mark.parametrize(
    ("path", "capability", "words"),
    (
        ("breadth-probe-of-nobody/probe", "read", "read on every path"),
        ("sys/policies/acl/breadth-probe-of-nobody", "update", "update on every policy"),
        ("auth/token/create", "create", "create on making tokens"),
        ("sys/raw/core", "sudo", "sudo on raw storage"),
    ),
)
def test_a_token_that_may_far_too_much_is_refused_and_told_what(to: To, path: str, capability: str, words: str) -> None:
    with Stub([looked_up(), may({path: [capability]})]) as server, pytest.raises(BroadCredentialError, match=words):
        to(server, "token_file").read("secret", "a")


def test_a_token_that_may_not_ask_is_judged_by_touching_nothing(to: To) -> None:
    with Stub([looked_up(), *[denied()] * 5, GOOD]) as server:
        assert to(server, "token_file").read("secret", "a").version == 1
    assert _lines(server)[2:6] == [
        "GET /v1/breadth-probe-of-nobody/probe",
        "LIST /v1/breadth-probe-of-nobody/probe",
        "DELETE /v1/breadth-probe-of-nobody/probe",
        "DELETE /v1/sys/policies/acl/breadth-probe-of-nobody",
    ]
    absent = http(404, b'{"errors":["no handler for route"]}')
    with Stub([looked_up(), denied(), absent]) as server, pytest.raises(BroadCredentialError, match="read on every"):
        to(server, "token_file").read("secret", "a")


def test_a_token_that_may_not_look_at_itself_is_told_what_it_lacks(to: To) -> None:
    with Stub([denied()]) as server, pytest.raises(PolicyDeniedError, match="lacks read on 'auth/token/lookup-self'"):
        to(server, "token_file").read("secret", "a")


@pytest.mark.parametrize(
    ("method", "other", "words"),
    (
        ("jwt", {"role": ""}, "auth.role"),
        ("jwt", {"role": "../x"}, "auth.role"),
        ("approle", {"role": "x"}, "approle has no setting role"),
        ("approle", {"session": "forever"}, "auth.session"),
        ("kubernetes", {"path": "../sys"}, "auth.path"),
        ("token_file", {"session": "login"}, "token_file has no setting session"),
    ),
)
def test_settings_of_an_auth_method_are_closed(to: To, method: str, other: dict[str, str], words: str) -> None:
    with Stub([GOOD]) as server, pytest.raises(ConnectionSettingsError, match=words):
        to(server, method, **other)


@pytest.mark.parametrize("method", ("jwt", "kubernetes"))
def test_what_is_no_jwt_is_refused_and_not_shown(to: To, method: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONTENT, method, "canary-8f14e45f\nX-Other: header")
    with Stub([GOOD]) as server, pytest.raises(CredentialsFileError, match="not a signed JWT") as failure:
        to(server, method)
    assert "canary" not in str(failure.value)
