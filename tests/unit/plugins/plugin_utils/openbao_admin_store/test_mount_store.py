# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts: missing ones are made, others configured, none removed, and none of another type touched."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin.mount import AUTH, KV, Mount
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import MountStore
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store.refusal import (
    ForeignError,
    MovedError,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile

from .admin_server import AdminServer

SECRET = Mount(KV, "secret", "kv", {"max_versions": 5, "cas_required": True})
APPROLE = Mount(AUTH, "approle", "approle")
KV_2 = {"type": "kv", "options": {"version": "2"}}


def test_missing_mounts_are_made_and_configured_once(server: AdminServer, openbao: OpenBao) -> None:
    done = reconcile(MountStore(openbao), [SECRET, APPROLE], State.PRESENT, check=False)
    assert done["counts"] == {"created": 2, "updated": 0, "deleted": 0, "unchanged": 0}
    assert server.writes == [("POST", "sys/auth/approle"), ("POST", "sys/mounts/secret"), ("POST", "secret/config")]
    assert server.paths["sys/mounts/secret"] == {"type": "kv", "options": {"version": "2"}}
    assert server.paths["sys/auth/approle"] == {"type": "approle"}
    assert server.paths["secret/config"] == {"max_versions": 5, "cas_required": True}


def test_what_is_there_as_wanted_is_left_alone(server: AdminServer, openbao: OpenBao) -> None:
    server.paths |= {"sys/mounts": {"secret/": KV_2}, "sys/auth": {"approle/": {"type": "approle"}}}
    server.paths["secret/config"] = {"max_versions": 5, "cas_required": True, "delete_version_after": "0s"}
    assert not reconcile(MountStore(openbao), [SECRET, APPROLE], State.PRESENT, check=False)["changed"]
    assert server.writes == []


@pytest.mark.parametrize("config", [{"max_versions": 4, "cas_required": True}, {"cas_required": True}, None])
def test_a_mount_configured_otherwise_is_configured_and_not_mounted_again(
    server: AdminServer, openbao: OpenBao, config: dict[str, object] | None
) -> None:
    server.paths["sys/mounts"] = {"secret/": KV_2}
    if config is not None:
        server.paths["secret/config"] = config
    done = reconcile(MountStore(openbao), [SECRET], State.PRESENT, check=False)
    assert (done["counts"]["updated"], server.writes) == (1, [("POST", "secret/config")])


def test_a_mount_without_configuration_is_not_configured(server: AdminServer, openbao: OpenBao) -> None:
    server.denied = {"plain/config"}
    assert reconcile(MountStore(openbao), [Mount(KV, "plain", "kv")], State.PRESENT, check=False)["changed"]
    assert server.writes == [("POST", "sys/mounts/plain")]


def test_every_mount_that_is_not_the_one_we_mean_is_named(server: AdminServer, openbao: OpenBao) -> None:
    server.paths["sys/mounts"] = {"secret/": {"type": "kv", "options": None}, "other/": {"type": "pki"}}
    with pytest.raises(ForeignError) as failure:
        MountStore(openbao).plan([SECRET, Mount(KV, "other", "kv")], State.PRESENT)
    assert str(failure.value).splitlines() == [
        "sys/mounts/other: is no mount of type kv; name another path in the topology",
        "sys/mounts/secret: is KV version 1; upgrade it or name another mount in the topology",
    ]


def test_mounts_are_never_removed(server: AdminServer, openbao: OpenBao) -> None:
    with pytest.raises(ForeignError, match="never removed"):
        MountStore(openbao).plan([SECRET], State.ABSENT)


def test_a_server_that_moved_since_the_plan_is_not_changed_at_all(server: AdminServer, openbao: OpenBao) -> None:
    store = MountStore(openbao)
    plan = store.plan([APPROLE, SECRET], State.PRESENT)
    server.paths["sys/mounts"] = {"secret/": KV_2}
    with pytest.raises(MovedError, match=r"^sys/mounts/secret: was changed by somebody else"):
        store.apply(plan)
    assert server.writes == []
