# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials that are wrong, expired, too narrow or too broad.

| Row | Test |
|---|---|
| 45 | test_a_token_that_is_not_one_is_told_from_one_that_may_not |
| 45 | test_a_revoked_token_is_told_from_a_policy_that_lacks_read |
| 45 | test_a_wrong_secret_id_is_told_from_a_policy_that_lacks_read |
| 45 | test_a_wrong_credential_costs_one_login_however_many_refs |
| 45 | test_a_secret_id_that_is_used_up_or_an_absent_auth_mount_is_refused |
| 45 | test_each_capability_that_a_policy_lacks_has_its_name |
| 49 | test_a_token_that_would_end_before_the_work_is_refused_before_it |
| 49 | test_a_login_whose_token_would_end_before_the_work_is_refused_and_leaves_none |
| 49 | test_a_token_that_ends_in_the_middle_is_told |
| 49 | test_inline_auth_does_not_care_how_long_a_token_of_its_role_would_live |
| 50 | test_a_root_token_is_refused_except_for_break_glass |
| 50 | test_a_repair_takes_a_root_token |
| 50 | test_a_credential_that_amounts_to_root_is_refused_and_told_why |
| 50 | test_a_credential_that_cannot_be_asked_about_is_judged_by_touching_nothing |
| 50 | test_a_narrow_credential_passes |
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.secret_source import bundle_log, supply
from ansible_collections.fractalops.infra.plugins.plugin_utils.bundle import Use
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret, check_breadth, resolve
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    BroadCredentialError,
    CredentialRefusedError,
    PolicyDeniedError,
    ShortLivedCredentialError,
    WithoutTokenError,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import failures, settings
from ansible_collections.fractalops.infra.tests.integration.openbao.server import ROOT_TOKEN, Server

Connect = Callable[..., OpenBao]
POSTGRES = "bao://secret/runtime/postgres#password"
TOKEN_FILE = {"method": "token_file"}
LOGIN = {"method": "approle", "session": "login"}


def test_a_token_that_is_not_one_is_told_from_one_that_may_not(server: Server, client: Connect) -> None:
    token_file = {"method": "token_file"}
    kinds, words = failures(client(server.private("bad", "s.canary"), auth=token_file), POSTGRES)
    assert kinds == (CredentialRefusedError,)
    assert "token is invalid or expired" in words
    narrow = server.call("POST", "auth/token/create", {"policies": ["default"]})["auth"]["client_token"]
    assert failures(client(server.private("narrow", narrow), auth=token_file), POSTGRES)[0] == (PolicyDeniedError,)


def test_a_wrong_secret_id_is_told_from_a_policy_that_lacks_read(server: Server, client: Connect) -> None:
    good = json.loads(Path(server.approle("narrow")).read_text())
    wrong = server.private("wrong", json.dumps({**good, "secret_id": "canary"}))
    kinds, words = failures(client(wrong), POSTGRES)
    assert kinds == (CredentialRefusedError,)
    assert "role_id or secret_id is invalid or expired" in words
    kinds, words = failures(client(), "bao://secret/private/other#password")
    assert kinds == (PolicyDeniedError,)
    assert "policy lacks read on 'secret/data/private/other'" in words


def test_a_wrong_credential_costs_one_login_however_many_refs(server: Server, client: Connect) -> None:
    wrong = server.private("wrong", json.dumps({"role_id": "canary", "secret_id": "canary"}))
    before = len(server.requests_for(""))
    kinds, words = failures(client(wrong), *(f"bao://secret/runtime/many/{number}#key" for number in range(20)))
    assert kinds == (CredentialRefusedError,)
    assert "19 more secret(s) were not read" in words
    # One login and the one read it was for.
    assert len(server.requests_for("")) - before <= 2


def test_a_secret_id_that_is_used_up_or_an_absent_auth_mount_is_refused(server: Server, client: Connect) -> None:
    once = server.approle("once", secret_id_num_uses=1)
    assert resolve(client(once), [POSTGRES]).reads == 1
    assert failures(client(once), POSTGRES)[0] == (CredentialRefusedError,)
    assert failures(client(auth={"method": "approle", "path": "none"}), POSTGRES)[0] == (CredentialRefusedError,)


def test_a_revoked_token_is_told_from_a_policy_that_lacks_read(server: Server, client: Connect) -> None:
    file = server.token_file("revoked", ["default"])
    openbao = client(file, auth=TOKEN_FILE)
    assert failures(openbao, POSTGRES)[0] == (PolicyDeniedError,)
    server.call("POST", "auth/token/revoke", {"token": Path(file).read_text().strip()})
    assert failures(openbao, POSTGRES)[0] == (CredentialRefusedError,)
    assert failures(client(file, auth=TOKEN_FILE), POSTGRES)[0] == (CredentialRefusedError,)


CALLS: dict[str, tuple[Callable[[OpenBao], object], str]] = {
    "read": (lambda openbao: openbao.read("secret", "private/x"), "read on 'secret/data/private/x'"),
    "metadata": (lambda openbao: openbao.read_metadata("secret", "a"), "read on 'secret/metadata/a'"),
    "subkeys": (lambda openbao: openbao.read_subkeys("secret", "a"), "read on 'secret/subkeys/a'"),
    "list": (lambda openbao: openbao.list("secret", "a"), "list on 'secret/metadata/a'"),
    "create": (lambda openbao: openbao.write("secret", "a", {"k": Secret("v")}, cas=0), "create on 'secret/data/a'"),
    "update": (lambda openbao: openbao.write("secret", "a", {"k": Secret("v")}, cas=1), "update on 'secret/data/a'"),
    "patch": (lambda openbao: openbao.patch("secret", "a", {"k": None}, cas=1), "patch on 'secret/data/a'"),
    "delete": (lambda openbao: openbao.delete("secret", "a"), "delete on 'secret/data/a'"),
    "delete all": (lambda openbao: openbao.delete_all("secret", "a"), "delete on 'secret/metadata/a'"),
    "get": (lambda openbao: openbao.get("sys/policies/acl/x"), "read on 'sys/policies/acl/x'"),
    "keys": (lambda openbao: openbao.keys("sys/policies/acl"), "list on 'sys/policies/acl'"),
    "put": (lambda openbao: openbao.put("sys/policies/acl/x", {}), "update on 'sys/policies/acl/x'"),
    "remove": (lambda openbao: openbao.remove("sys/policies/acl/x"), "delete on 'sys/policies/acl/x'"),
}


@pytest.mark.parametrize("name", CALLS)
def test_each_capability_that_a_policy_lacks_has_its_name(client: Connect, name: str) -> None:
    call, words = CALLS[name]
    with pytest.raises(PolicyDeniedError) as failure:
        call(client())
    assert f"policy lacks {words}" in str(failure.value)


def test_a_token_that_would_end_before_the_work_is_refused_before_it(server: Server, client: Connect) -> None:
    before = len(server.requests_for("secret/"))
    file = server.token_file("short", ["default"], ttl="5s")
    kinds, words = failures(client(file, auth=TOKEN_FILE), POSTGRES)
    assert kinds == (ShortLivedCredentialError,)
    assert "renew it or raise the TTL" in words
    assert len(server.requests_for("secret/")) == before


def test_a_login_whose_token_would_end_before_the_work_is_refused_and_leaves_none(
    server: Server, client: Connect
) -> None:
    before = server.accessors()
    brief = server.approle("brief", token_ttl="5s", token_no_default_policy=False)
    assert failures(client(brief, auth=LOGIN), POSTGRES)[0] == (ShortLivedCredentialError,)
    assert server.accessors() == before


def test_a_token_that_ends_in_the_middle_is_told(server: Server, client: Connect, credentials: str) -> None:
    """As when it is revoked: the check before the work has passed."""
    file = server.token_file("middle", ["default", "controller"])
    openbao = client(file, auth=TOKEN_FILE)
    assert resolve(openbao, [POSTGRES]).reads == 1
    server.call("POST", "auth/token/revoke", {"token": Path(file).read_text().strip()})
    kinds, words = failures(openbao, POSTGRES, f"{POSTGRES}@1")
    assert kinds == (CredentialRefusedError,)
    assert "token is invalid or expired" in words
    assert "1 more secret(s) were not read" in words


def test_inline_auth_does_not_care_how_long_a_token_of_its_role_would_live(server: Server, client: Connect) -> None:
    openbao = client(server.approle("instant", token_ttl="1s", token_max_ttl="1s"))
    assert resolve(openbao, [POSTGRES]).reads == 1


def test_a_root_token_is_refused_except_for_break_glass(server: Server, client: Connect) -> None:
    file = server.private("root", f"{ROOT_TOKEN}\n")
    kinds, words = failures(client(file, auth=TOKEN_FILE), POSTGRES)
    assert kinds == (BroadCredentialError,)
    assert "it has the policy root; give it only what its work needs, root is for break-glass alone" in words
    assert resolve(client(file, auth=TOKEN_FILE, allow_broad=True), [POSTGRES]).reads == 1


def test_a_repair_takes_a_root_token(server: Server, tmp_path: Path) -> None:
    file = server.private("root", f"{ROOT_TOKEN}\n")
    use = Use("worker-1", "repair", "on-call", "a bad night", (POSTGRES,))
    read = supply(settings(server, auth=TOKEN_FILE), file, None, bundle_log(str(tmp_path / "log")), use)
    assert (read.source, read.resolution.reads) == ("openbao", 1)


BROAD = {
    "read on every path": ('path "*" { capabilities = ["read"] }', ["default", "broad"]),
    "create on every path": ('path "+/*" { capabilities = ["create"] }', ["default", "broad"]),
    "update on every policy": ('path "sys/policies/acl/*" { capabilities = ["update"] }', ["default", "broad"]),
    "sudo, update on making tokens": (
        'path "auth/token/create-orphan" { capabilities = ["update", "sudo"] }',
        ["default", "broad"],
    ),
    "update on making tokens": ('path "auth/token/create" { capabilities = ["update"] }', ["default", "broad"]),
    "read on raw storage": ('path "sys/raw/*" { capabilities = ["read"] }', ["default", "broad"]),
    "sudo, update on sealing the server": (
        'path "sys/seal" { capabilities = ["update", "sudo"] }',
        ["default", "broad"],
    ),
}
LOOK_UP = 'path "auth/token/lookup-self" { capabilities = ["read"] }\n'


@pytest.mark.parametrize("words", BROAD)
def test_a_credential_that_amounts_to_root_is_refused_and_told_why(server: Server, client: Connect, words: str) -> None:
    policy, policies = BROAD[words]
    server.policy("broad", policy)
    kinds, said = failures(client(server.token_file("broad", policies), auth=TOKEN_FILE), POSTGRES)
    assert kinds == (BroadCredentialError,)
    assert f"it has {words};" in said


SILENT = {
    "read on every path": 'path "+/*" { capabilities = ["read"] }',
    "list on every path": 'path "+/*" { capabilities = ["list"] }',
    "delete on every path": 'path "+/*" { capabilities = ["delete"] }',
    "delete on every policy": 'path "sys/policies/acl/*" { capabilities = ["delete"] }',
}


@pytest.mark.parametrize("words", SILENT)
def test_a_credential_that_cannot_be_asked_about_is_judged_by_touching_nothing(
    server: Server, client: Connect, words: str
) -> None:
    """Inline auth makes no token, so nobody can ask what it may."""
    with pytest.raises(BroadCredentialError, match=f"it has {words};"):
        check_breadth(client(server.approle("silent", SILENT[words])))
    server.policy("silent", f"{SILENT[words]}\n{LOOK_UP}")
    file = server.token_file("silent", ["silent"], no_default_policy=True)
    assert failures(client(file, auth=TOKEN_FILE), POSTGRES)[0] == (BroadCredentialError,)


def test_inline_auth_cannot_ask_what_it_may(client: Connect) -> None:
    with pytest.raises((WithoutTokenError, PolicyDeniedError)):
        client().capabilities(["secret/data/runtime/postgres"])


def test_a_narrow_credential_passes(server: Server, client: Connect) -> None:
    check_breadth(client())
    check_breadth(client(server.approle("asking", token_no_default_policy=False)))
    own = 'path "sys/policies/acl/fractalops-*" { capabilities = ["create", "update", "read", "delete"] }'
    for auth in ({"method": "approle"}, LOGIN):
        check_breadth(client(server.approle("own-prefix", own, token_no_default_policy=False), auth=auth))
