# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets as a resource on a real server: check, create, idempotent, update, refused cleanly, delete, two writers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import (
    Extent,
    GeneratedSecret,
    GeneratedSecrets,
    GivenSecret,
    GivenSecrets,
    Outline,
    SecretPath,
    reconcile_again_on_conflict,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.generated_secret import UngeneratableSecretError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.given_secret import UnusableValueError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import (
    CasConflictError,
    PolicyDeniedError,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.recipe import recipe
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import Plan, Result, State
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

Connect = Callable[..., OpenBao]
#: Writes given secrets: data of all keys, metadata, removal.
GIVER = """
path "secret/data/written/*"     { capabilities = ["create", "read", "update", "patch", "delete"] }
path "secret/metadata/written/*" { capabilities = ["read", "delete"] }
"""
#: Makes secrets and cannot read one.
MAKER = """
path "secret/data/written/*"     { capabilities = ["create", "update", "patch"] }
path "secret/metadata/written/*" { capabilities = ["read"] }
path "secret/subkeys/written/*"  { capabilities = ["read"] }
"""
PASSWORD = recipe({"type": "password", "length": 40})
SSH = recipe({"type": "ssh_key"})


@pytest.fixture(scope="module")
def giver(server: Server) -> str:
    return server.approle("giver", GIVER)


@pytest.fixture(scope="module")
def maker(server: Server) -> str:
    return server.approle("maker", MAKER)


@pytest.fixture
def where(request: pytest.FixtureRequest) -> SecretPath:
    """A path of the test's own."""
    return SecretPath("secret", f"written/{request.node.name.partition('[')[0]}")


def _values(server: Server, where: SecretPath) -> dict[str, Any]:
    data: dict[str, Any] = server.call("GET", f"secret/data/{where.path}")["data"]["data"]
    return data


def _version(server: Server, where: SecretPath) -> int:
    return int(server.call("GET", f"secret/metadata/{where.path}")["data"]["current_version"])


def _give(
    openbao: OpenBao,
    where: SecretPath,
    values: Mapping[str, str],
    extent: Extent = Extent.WHOLE,
    state: State = State.PRESENT,
    *,
    check: bool = False,
) -> Result:
    desired = GivenSecret(where, {key: Secret(value) for key, value in values.items()}, extent)
    return reconcile_again_on_conflict(GivenSecrets(openbao), desired, state, check=check)


def test_a_given_secret_from_check_to_delete(server: Server, client: Connect, giver: str, where: SecretPath) -> None:
    openbao, first = client(giver), {"username": "canary-user", "password": "canary-1"}
    planned = _give(openbao, where, first, check=True)
    assert planned["changed"]
    assert planned["diff"][0]["after"] == "version 1\n  password  (new value)\n  username  (new value)\n"
    assert _give(openbao, where, first) == planned
    assert _values(server, where) == first
    assert not _give(openbao, where, first)["changed"]
    updated = _give(openbao, where, {"password": "canary-2"})
    assert updated["diff"][0]["before"] == "version 1\n  password\n  username\n"
    assert updated["diff"][0]["after"] == "version 2\n  password  (new value)\n"
    assert _values(server, where) == {"password": "canary-2"}
    with pytest.raises(UnusableValueError, match=f"{where}#empty: the value is empty"):
        _give(openbao, where, {"empty": ""})
    removed = _give(openbao, where, {}, state=State.ABSENT)
    assert (removed["changed"], removed["counts"]["deleted"]) == (True, 1)
    assert not _give(openbao, where, {}, state=State.ABSENT)["changed"]
    assert _version(server, where) == 2, "the history stays"
    assert _give(openbao, where, first)["diff"][0]["after"].startswith("version 3\n")
    assert "canary" not in repr((planned, updated, removed))


def test_a_patch_leaves_other_keys_alone_whatever_they_hold(
    server: Server, client: Connect, giver: str, where: SecretPath
) -> None:
    server.write(where.path, {"other": "canary-other", "port": 5432, "password": "canary-1"})
    openbao = client(giver)
    done = _give(openbao, where, {"password": "canary-2"}, Extent.PART)
    assert done["diff"][0]["after"] == "version 2\n  other\n  password  (new value)\n  port\n"
    assert _values(server, where) == {"other": "canary-other", "port": 5432, "password": "canary-2"}
    assert not _give(openbao, where, {"password": "canary-2"}, Extent.PART)["changed"]


def test_removal_with_history_leaves_nothing(server: Server, client: Connect, giver: str, where: SecretPath) -> None:
    openbao = client(giver)
    _give(openbao, where, {"k": "v"})
    store = GivenSecrets(openbao, keeps_history=False)
    assert reconcile_again_on_conflict(store, GivenSecret(where), State.ABSENT, check=False)["changed"]
    assert openbao.read_metadata("secret", where.path) is None
    assert not reconcile_again_on_conflict(store, GivenSecret(where), State.ABSENT, check=False)["changed"]


def _generate(
    openbao: OpenBao, where: SecretPath, *rotated: str, check: bool = False, **recipes: Any
) -> tuple[Result, Outline]:
    store = GeneratedSecrets(openbao)
    desired = GeneratedSecret(where, recipes, frozenset(rotated))
    done = reconcile_again_on_conflict(store, desired, State.PRESENT, check=check)
    assert store.outline is not None
    return done, store.outline


def test_a_generated_secret_is_made_once_and_survives_every_other_run(
    server: Server, client: Connect, maker: str, where: SecretPath
) -> None:
    openbao = client(maker)
    planned, _outline = _generate(openbao, where, check=True, password=PASSWORD, deploy=SSH)
    assert planned["diff"][0]["after"] == (
        "version 1\n  deploy  (new value)\n  deploy_public  (new value)\n  password  (new value)\n"
    )
    assert openbao.read_metadata("secret", where.path) is None
    assert _generate(openbao, where, password=PASSWORD, deploy=SSH)[0] == planned
    made = _values(server, where)
    assert not _generate(openbao, where, password=PASSWORD, deploy=SSH)[0]["changed"]
    assert _values(server, where) == made
    _generate(openbao, where, password=PASSWORD, deploy=SSH, session=PASSWORD)
    after = _values(server, where)
    assert {key: after[key] for key in made} == made
    assert len(after["session"]) == 40


def test_a_rotation_makes_one_version_and_changes_only_what_was_asked(
    server: Server, client: Connect, maker: str, where: SecretPath
) -> None:
    openbao = client(maker)
    server.write(where.path, {"username": "fractalops"})
    _generate(openbao, where, password=PASSWORD, deploy=SSH)
    before = _values(server, where)
    done, outline = _generate(openbao, where, "deploy", password=PASSWORD, deploy=SSH)
    after = _values(server, where)
    assert (done["changed"], outline.version, _version(server, where)) == (True, 3, 3)
    assert {key for key in after if after[key] != before[key]} == {"deploy", "deploy_public"}
    assert before.keys() == after.keys()


def test_what_cannot_be_made_without_loss_is_refused_with_every_reason(
    server: Server, client: Connect, maker: str, where: SecretPath
) -> None:
    openbao = client(maker)
    server.write(where.path, {"deploy": "canary"})
    with pytest.raises(UngeneratableSecretError) as refused:
        _generate(openbao, where, "other", password=PASSWORD, deploy=SSH)
    assert f"{where}#other: has no recipe" in str(refused.value)
    assert f"{where}#deploy: deploy_public is missing beside it" in str(refused.value)
    server.call("DELETE", f"secret/data/{where.path}")
    with pytest.raises(UngeneratableSecretError, match="version 1 was deleted"):
        _generate(openbao, where, password=PASSWORD)
    assert _version(server, where) == 1


def test_who_makes_secrets_cannot_read_them(server: Server, client: Connect, maker: str, where: SecretPath) -> None:
    openbao = client(maker)
    _generate(openbao, where, password=PASSWORD)
    with pytest.raises(PolicyDeniedError, match="lacks read on"):
        openbao.read("secret", where.path)


class _Interrupted(GivenSecrets):
    """A store before whose writes somebody else writes: a race, made certain."""

    def __init__(self, openbao: OpenBao, server: Server, times: int) -> None:
        super().__init__(openbao)
        self.server, self.times, self.plans = server, times, 0

    def plan(self, desired: GivenSecret, state: State) -> Plan[Outline]:
        self.plans += 1
        return super().plan(desired, state)

    def apply(self, plan: Plan[Outline]) -> None:
        if self.times:
            self.times -= 1
            self.server.write(SecretPath.of(plan.subject).path, {"theirs": f"canary-{self.times}"})
        super().apply(plan)


@pytest.mark.parametrize("state", list(State))
def test_the_second_of_two_writers_plans_again_and_wins_once(
    server: Server, client: Connect, giver: str, where: SecretPath, state: State
) -> None:
    openbao = client(giver)
    _give(openbao, where, {"k": "before"})
    store = _Interrupted(openbao, server, times=1)
    values = {"ours": Secret("canary")} if state is State.PRESENT else {}
    before = _version(server, where)
    done = reconcile_again_on_conflict(store, GivenSecret(where, values, Extent.PART), state, check=False)
    assert (done["changed"], store.plans) == (True, 2)
    if state is State.PRESENT:
        assert _values(server, where) == {"theirs": "canary-0", "ours": "canary"}
        assert _version(server, where) == before + 2


def test_a_second_conflict_is_a_failure_and_nothing_of_ours_is_written(
    server: Server, client: Connect, giver: str, where: SecretPath
) -> None:
    store = _Interrupted(client(giver), server, times=2)
    desired = GivenSecret(where, {"ours": Secret("canary-ours")}, Extent.PART)
    with pytest.raises(CasConflictError, match="by somebody else") as conflict:
        reconcile_again_on_conflict(store, desired, State.PRESENT, check=False)
    assert "canary" not in str(conflict.value)
    assert _values(server, where) == {"theirs": "canary-0"}
    assert store.plans == 2


def test_two_that_generate_at_once_make_one_secret(
    server: Server, client: Connect, maker: str, where: SecretPath
) -> None:
    first, second = GeneratedSecrets(client(maker)), GeneratedSecrets(client(maker))
    desired = GeneratedSecret(where, {"password": PASSWORD})
    plan, late = first.plan(desired, State.PRESENT), second.plan(desired, State.PRESENT)
    first.apply(plan)
    made = _values(server, where)
    with pytest.raises(CasConflictError):
        second.apply(late)
    assert not second.plan(desired, State.PRESENT).changes
    assert _values(server, where) == made
