# SPDX-License-Identifier: GPL-3.0-or-later
"""Generated secrets against a KV server: made once, rotated when asked, never over the work of somebody else."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import (
    GeneratedSecret,
    GeneratedSecrets,
    SecretPath,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.generated_secret import UngeneratableSecretError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import CasConflictError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.recipe import recipe
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

WHERE = SecretPath("secret", "app/db")
PASSWORD, PAIR = recipe({"type": "password"}), recipe({"type": "ssh_key"})


def wanted(*rotated: str, **recipes: object) -> GeneratedSecret:
    return GeneratedSecret(WHERE, recipes or {"password": PASSWORD}, frozenset(rotated))  # type: ignore[arg-type]


def run(openbao: OpenBao, desired: GeneratedSecret, *, check: bool = False) -> tuple[bool, int | None]:
    """Whether anything changed, and the version that is now."""
    store = GeneratedSecrets(openbao)
    done = reconcile(store, desired, State.PRESENT, check=check)
    return done["changed"], store.outline.version if store.outline else None


def test_what_is_missing_is_made_once(server: KvServer, openbao: OpenBao) -> None:
    assert run(openbao, wanted()) == (True, 1)
    assert server.writes == [("POST", "app/db", 0)]
    assert run(openbao, wanted()) == (False, 1)
    assert len(server.secrets["app/db"]) == 1


def test_check_mode_makes_nothing(server: KvServer, openbao: OpenBao) -> None:
    assert run(openbao, wanted(), check=True) == (True, 1)
    assert server.writes == []


def test_a_new_key_is_made_beside_those_that_stay(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"password": "kept"}]
    assert run(openbao, wanted(password=PASSWORD, key=PAIR)) == (True, 2)
    assert server.writes == [("PATCH", "app/db", 1)]
    found = server.newest("app/db") or {}
    assert (found["password"], found.keys()) == ("kept", {"password", "key", "key_public"})


def test_a_rotation_is_one_new_version_that_follows_the_one_it_saw(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"password": "first"}, {"password": "old", "other": "kept"}]
    assert run(openbao, wanted("password")) == (True, 3)
    assert server.writes == [("PATCH", "app/db", 2)]
    found = server.newest("app/db") or {}
    assert found["password"] != "old"
    assert found["other"] == "kept"


def test_a_rotation_over_a_write_since_the_plan_is_a_conflict(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"password": "old"}]
    store = GeneratedSecrets(openbao)
    plan = store.plan(wanted("password"), State.PRESENT)
    server.secrets["app/db"].append({"password": "of somebody else"})
    with pytest.raises(CasConflictError):
        store.apply(plan)
    assert server.newest("app/db") == {"password": "of somebody else"}


def test_what_somebody_created_since_the_plan_is_not_overwritten(server: KvServer, openbao: OpenBao) -> None:
    store = GeneratedSecrets(openbao)
    plan = store.plan(wanted(), State.PRESENT)
    server.secrets["app/db"] = [{"password": "of somebody else"}]
    with pytest.raises(CasConflictError):
        store.apply(plan)
    assert server.newest("app/db") == {"password": "of somebody else"}


def test_what_was_deleted_is_not_made_again(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"password": "x"}, None]
    with pytest.raises(UngeneratableSecretError, match=r"^bao://secret/app/db: version 2 was deleted"):
        run(openbao, wanted())
    assert server.writes == []


def test_a_key_without_a_recipe_cannot_be_rotated(openbao: OpenBao) -> None:
    with pytest.raises(UngeneratableSecretError, match=r"^bao://secret/app/db#other: has no recipe"):
        run(openbao, wanted("other"))


def test_half_a_pair_is_refused_unless_it_is_rotated(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"key": "half"}]
    with pytest.raises(UngeneratableSecretError, match=r"^bao://secret/app/db#key: key_public is missing beside it"):
        run(openbao, wanted(key=PAIR))
    assert run(openbao, wanted("key", key=PAIR)) == (True, 2)
    assert (server.newest("app/db") or {}).keys() == {"key", "key_public"}


def test_a_generated_secret_is_only_ever_present(openbao: OpenBao) -> None:
    with pytest.raises(ValueError, match="only ever present"):
        GeneratedSecrets(openbao).plan(wanted(), State.ABSENT)
