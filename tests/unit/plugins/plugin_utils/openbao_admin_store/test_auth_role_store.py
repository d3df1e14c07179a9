# SPDX-License-Identifier: GPL-3.0-or-later
"""Auth roles: only what the topology says is compared and written; roles of others stay."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import AuthRole, Names
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import AuthRoleStore
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store.refusal import (
    ForeignError,
    MovedError,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile.change_limit import UNLIMITED

from .admin_server import AdminServer

NAMES = Names("lab")
WRITER = AuthRole("approle", "approle", "lab-writer", {"token_policies": ["lab-writer"], "token_ttl": 300})
DEVICE = AuthRole(
    "jwt",
    "jwt",
    "device",
    {"token_policies": ["lab-device"], "bound_claims": {"kind": ["device"]}, "bound_audiences": ["a", "b"]},
)


def counts(openbao: OpenBao, desired: list[AuthRole], state: State = State.PRESENT) -> tuple[int, int, int]:
    """Created, updated, deleted."""
    done = reconcile(AuthRoleStore(openbao, NAMES), desired, state, check=False, limit=UNLIMITED)["counts"]
    return done["created"], done["updated"], done["deleted"]


def test_missing_roles_are_made_once(server: AdminServer, openbao: OpenBao) -> None:
    assert counts(openbao, [WRITER, DEVICE]) == (2, 0, 0)
    assert server.paths == {WRITER.path: dict(WRITER.settings), DEVICE.path: dict(DEVICE.settings)}
    assert counts(openbao, [WRITER, DEVICE]) == (0, 0, 0)


def test_what_an_operator_adds_and_how_the_server_spells_it_is_no_difference(
    server: AdminServer, openbao: OpenBao
) -> None:
    server.paths[DEVICE.path] = {
        "token_policies": ["lab-device"],
        "bound_claims": {"kind": "device"},
        "bound_audiences": ["b", "a"],
        "token_bound_cidrs": ["10.0.0.0/8"],
    }
    assert counts(openbao, [DEVICE]) == (0, 0, 0)


@pytest.mark.parametrize(
    "changed",
    [
        {"bound_audiences": ["a"]},
        {"bound_audiences": None},
        {"bound_claims": {"kind": ["device", "other"]}},
        {"bound_claims": {"kind": ["device"], "more": ["x"]}},
        {"bound_claims": None},
    ],
)
def test_a_difference_of_what_the_topology_says_is_written(
    server: AdminServer, openbao: OpenBao, changed: dict[str, object]
) -> None:
    server.paths[DEVICE.path] = {**DEVICE.settings, **changed}
    assert counts(openbao, [DEVICE]) == (0, 1, 0)
    assert server.paths[DEVICE.path] == dict(DEVICE.settings)


@pytest.mark.parametrize("policies", [["root"], ["lab-device", "root"], [], None, ["lab-writer"]])
def test_a_role_with_policies_that_are_not_ours_is_not_touched(
    server: AdminServer, openbao: OpenBao, policies: list[str] | None
) -> None:
    server.paths[DEVICE.path] = {**DEVICE.settings, "token_policies": policies}
    with pytest.raises(ForeignError, match=r"^auth/jwt/role/device: has policies that are not ours"):
        counts(openbao, [DEVICE])
    assert server.writes == []


def test_stale_roles_of_ours_go_and_those_of_others_stay(server: AdminServer, openbao: OpenBao) -> None:
    ours = {"auth/approle/role/lab-fleet": {"token_ttl": 1}, "auth/jwt/role/old": {"token_policies": ["lab-device"]}}
    others = {
        "auth/approle/role/other": {"token_policies": ["lab-writer"]},
        "auth/jwt/role/other": {"token_policies": ["root"]},
        "auth/jwt/role/none": {"token_policies": []},
        "auth/other/role/lab-fleet": {"token_policies": ["lab-fleet"]},
    }
    server.paths = {**ours, **others, WRITER.path: dict(WRITER.settings), DEVICE.path: dict(DEVICE.settings)}
    assert counts(openbao, [WRITER, DEVICE]) == (0, 0, 2)
    assert server.paths.keys() == {*others, WRITER.path, DEVICE.path}


def test_absent_removes_all_of_ours(server: AdminServer, openbao: OpenBao) -> None:
    server.paths = {WRITER.path: dict(WRITER.settings), "auth/approle/role/other": {}}
    assert counts(openbao, [WRITER], State.ABSENT) == (0, 0, 1)
    assert list(server.paths) == ["auth/approle/role/other"]


@pytest.mark.parametrize("since", [{"token_policies": ["other"]}, None])
def test_a_role_that_moved_since_the_plan_is_not_touched(
    server: AdminServer, openbao: OpenBao, since: dict[str, object] | None
) -> None:
    server.paths[WRITER.path] = {**WRITER.settings, "token_ttl": 1}
    store = AuthRoleStore(openbao, NAMES)
    plan = store.plan([WRITER], State.PRESENT)
    server.paths = {WRITER.path: since} if since else {}
    with pytest.raises(MovedError, match=r"^auth/approle/role/lab-writer: "):
        store.apply(plan)
    assert server.writes == []


def test_a_stale_role_that_moved_since_the_plan_is_not_removed(server: AdminServer, openbao: OpenBao) -> None:
    server.paths = {WRITER.path: dict(WRITER.settings), "auth/approle/role/lab-fleet": {"token_ttl": 1}}
    store = AuthRoleStore(openbao, NAMES)
    plan = store.plan([WRITER], State.PRESENT)
    server.paths["auth/approle/role/lab-fleet"] = {"token_ttl": 2}
    with pytest.raises(MovedError):
        store.apply(plan)
    assert server.writes == []
