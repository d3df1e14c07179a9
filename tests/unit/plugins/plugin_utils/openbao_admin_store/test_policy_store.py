# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies: ours by their first line, written by check-and-set, and those of others left alone."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import PolicyDeniedError, RefusedError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import Names, Policy
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import PolicyStore, Stale
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store.refusal import (
    ForeignError,
    MovedError,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile.change_limit import UNLIMITED

from .admin_server import POLICIES, AdminServer

NAMES = Names("lab")
HOST = Policy.of("lab-host-web", "lab", [("secret/data/runtime/web", "read")])
WRITER = Policy.of("lab-writer", "lab", [("secret/data/runtime/web", "update")])
CLUSTER = Policy.of(
    "lab-cluster-a", "lab", [("secret/data/{{identity.entity.aliases.accessor-of-kubernetes.name}}", "read")]
)


def store_of(server: AdminServer, *policies: Policy, **texts: str) -> None:
    """Put policies on the server, at version 3."""
    found = {policy.name: policy.text for policy in policies} | texts
    server.paths |= {POLICIES + name: {"policy": text, "version": 3} for name, text in found.items()}


def counts(store: PolicyStore, desired: list[Policy], state: State = State.PRESENT) -> tuple[int, int, int]:
    """Created, updated, deleted."""
    done = reconcile(store, desired, state, check=False, limit=UNLIMITED)["counts"]
    return done["created"], done["updated"], done["deleted"]


def test_missing_policies_are_made_and_equal_ones_left_alone(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, WRITER)
    assert counts(PolicyStore(openbao, NAMES), [HOST, WRITER]) == (1, 0, 0)
    assert server.writes == [("POST", f"{POLICIES}lab-host-web")]
    assert server.paths[f"{POLICIES}lab-host-web"]["policy"] == HOST.text


def test_a_policy_that_says_something_else_is_written_over_its_version(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, **{"lab-writer": WRITER.text + "# more\n"})
    assert counts(PolicyStore(openbao, NAMES), [WRITER]) == (0, 1, 0)
    assert server.paths[f"{POLICIES}lab-writer"] == {"policy": WRITER.text, "version": 4}


@pytest.mark.parametrize("was_there", [True, False])
def test_a_policy_written_since_the_plan_is_not_overwritten(
    server: AdminServer, openbao: OpenBao, *, was_there: bool
) -> None:
    if was_there:
        store_of(server, **{"lab-writer": WRITER.text + "# old\n"})
    store = PolicyStore(openbao, NAMES)
    plan = store.plan([WRITER], State.PRESENT)
    server.paths[f"{POLICIES}lab-writer"] = {"policy": "of somebody else", "version": 4}
    with pytest.raises(MovedError, match=r"^sys/policies/acl/lab-writer: "):
        store.apply(plan)
    assert server.paths[f"{POLICIES}lab-writer"]["policy"] == "of somebody else"


def test_a_server_without_versions_is_written_without_check_and_set(server: AdminServer, openbao: OpenBao) -> None:
    server.paths[f"{POLICIES}lab-writer"] = {"policy": WRITER.text + "# old\n"}
    assert counts(PolicyStore(openbao, NAMES), [WRITER]) == (0, 1, 0)
    server.paths[f"{POLICIES}lab-writer"] = {"policy": WRITER.text + "# old\n"}
    server.refused = {f"{POLICIES}lab-writer"}
    with pytest.raises(RefusedError):
        counts(PolicyStore(openbao, NAMES), [WRITER])


def test_our_name_over_the_policy_of_somebody_else_is_refused(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, **{"lab-writer": 'path "a" { capabilities = ["read"] }'})
    with pytest.raises(ForeignError, match=r"^sys/policies/acl/lab-writer: was not made by us"):
        PolicyStore(openbao, NAMES).plan([WRITER, HOST], State.PRESENT)


def test_stale_policies_of_ours_go_and_those_of_others_stay(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, HOST, WRITER, default="x", **{"lab-fleet": "of somebody else", "lab-2-writer": WRITER.text})
    assert counts(PolicyStore(openbao, NAMES), [WRITER]) == (0, 0, 1)
    assert sorted(server.paths) == [POLICIES + name for name in ("default", "lab-2-writer", "lab-fleet", "lab-writer")]


def test_stale_policies_are_kept_when_asked(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, HOST)
    assert counts(PolicyStore(openbao, NAMES, Stale.KEEP), [WRITER]) == (1, 0, 0)
    assert f"{POLICIES}lab-host-web" in server.paths


def test_only_stale_policies_go_when_asked(server: AdminServer, openbao: OpenBao) -> None:
    cluster = Policy.of("lab-cluster-b", "lab", [("secret/data/b", "read")])
    store_of(server, HOST, **{"lab-writer": WRITER.text + "# old\n"})
    assert counts(PolicyStore(openbao, NAMES, Stale.REMOVE_ONLY), [WRITER, cluster]) == (0, 0, 1)
    assert server.writes == [("DELETE", f"{POLICIES}lab-host-web")]


def test_absent_removes_all_of_ours_whatever_is_said_about_stale_ones(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, HOST, WRITER, other="x")
    assert counts(PolicyStore(openbao, NAMES, Stale.KEEP), [WRITER], State.ABSENT) == (0, 0, 2)
    assert list(server.paths) == [f"{POLICIES}other"]


def test_a_policy_changed_since_the_plan_is_not_removed(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, HOST)
    store = PolicyStore(openbao, NAMES)
    plan = store.plan([], State.PRESENT)
    store_of(server, **{"lab-host-web": HOST.text + "# more\n"})
    with pytest.raises(MovedError):
        store.apply(plan)
    assert f"{POLICIES}lab-host-web" in server.paths


def test_a_policy_that_went_since_the_plan_is_gone(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, HOST)
    store = PolicyStore(openbao, NAMES)
    plan = store.plan([], State.PRESENT)
    server.paths.clear()
    store.apply(plan)
    assert server.paths == {}


def test_ours_must_be_readable_and_others_need_not(server: AdminServer, openbao: OpenBao) -> None:
    store_of(server, HOST, other="x")
    server.denied = {f"{POLICIES}other"}
    store = PolicyStore(openbao, NAMES)
    reconcile(store, [HOST], State.PRESENT, check=False)
    assert store.findings(others=True) == []
    server.denied = {f"{POLICIES}lab-host-web"}
    with pytest.raises(PolicyDeniedError):
        PolicyStore(openbao, NAMES).plan([HOST], State.PRESENT)


def test_policies_of_others_are_judged_when_asked_but_those_of_every_server(
    server: AdminServer, openbao: OpenBao
) -> None:
    wide = 'path "*" { capabilities = ["sudo"] }'
    store_of(server, HOST, other=wide, default=wide, root=wide)
    store = PolicyStore(openbao, NAMES)
    store.plan([HOST], State.PRESENT)
    assert store.findings(others=False) == []
    assert {finding.place.split("'")[1] for finding in store.findings(others=True)} == {"other"}


def test_a_wide_policy_is_refused_before_it_is_written(server: AdminServer, openbao: OpenBao) -> None:
    wide = Policy.of("lab-writer", "lab", [("*", "sudo")])
    with pytest.raises(ForeignError, match="lab-writer"):
        PolicyStore(openbao, NAMES).plan([wide], State.PRESENT)


def test_accessors_take_the_place_of_their_placeholders(server: AdminServer, openbao: OpenBao) -> None:
    server.paths["sys/auth"] = {"kubernetes/": {"accessor": "auth_k8s_1"}, "token/": {"type": "token"}}
    assert counts(PolicyStore(openbao, NAMES), [CLUSTER]) == (1, 0, 0)
    written = server.paths[f"{POLICIES}lab-cluster-a"]["policy"]
    assert ".auth_k8s_1." in written
    assert "accessor-of" not in written


def test_accessors_are_asked_for_only_when_a_path_has_one(server: AdminServer, openbao: OpenBao) -> None:
    server.denied = {"sys/auth"}
    assert counts(PolicyStore(openbao, NAMES), [HOST]) == (1, 0, 0)
