# SPDX-License-Identifier: GPL-3.0-or-later
"""Given secrets against a KV server: which version each write follows, and what it leaves."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store import (
    Extent,
    GivenSecret,
    GivenSecrets,
    SecretPath,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.given_secret import UnusableValueError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import CasConflictError
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

WHERE = SecretPath("secret", "app/db")


def given(extent: Extent = Extent.WHOLE, /, **values: str) -> GivenSecret:
    return GivenSecret(WHERE, {key: Secret(value) for key, value in values.items()}, extent)


def run(
    openbao: OpenBao, desired: GivenSecret, state: State = State.PRESENT, *, keeps_history: bool = True
) -> tuple[bool, int | None]:
    """Whether anything changed, and the version that is now."""
    store = GivenSecrets(openbao, keeps_history=keeps_history)
    done = reconcile(store, desired, state, check=False)
    return done["changed"], store.outline.version if store.outline else None


def test_a_new_secret_is_created_and_only_created(server: KvServer, openbao: OpenBao) -> None:
    assert run(openbao, given(user="app", password="p")) == (True, 1)
    assert server.writes == [("POST", "app/db", 0)]
    assert server.newest("app/db") == {"user": "app", "password": "p"}


def test_equal_values_are_not_written(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"user": "old"}, {"user": "app"}]
    assert run(openbao, given(user="app")) == (False, 2)
    assert server.writes == []


def test_a_whole_secret_follows_the_version_that_was_read_and_loses_other_keys(
    server: KvServer, openbao: OpenBao
) -> None:
    server.secrets["app/db"] = [{"a": "1"}, {"a": "1", "gone": "x"}]
    assert run(openbao, given(a="2")) == (True, 3)
    assert server.writes == [("POST", "app/db", 2)]
    assert server.newest("app/db") == {"a": "2"}


def test_a_key_too_many_alone_is_a_change_of_a_whole_secret(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"a": "1", "gone": "x"}]
    assert run(openbao, given(a="1")) == (True, 2)
    assert server.newest("app/db") == {"a": "1"}


def test_a_part_follows_the_version_that_was_read_and_keeps_other_keys(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"a": "1"}, {"a": "1", "kept": "x"}]
    assert run(openbao, given(Extent.PART, a="2", b="3")) == (True, 3)
    assert server.writes == [("PATCH", "app/db", 2)]
    assert server.newest("app/db") == {"a": "2", "b": "3", "kept": "x"}


def test_a_part_of_nothing_is_written_as_a_whole(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"a": "1"}, None]
    assert run(openbao, given(Extent.PART, a="2")) == (True, 3)
    assert server.writes == [("POST", "app/db", 2)]


@pytest.mark.parametrize("extent", Extent)
def test_a_write_since_the_plan_is_a_conflict_and_stays(server: KvServer, openbao: OpenBao, extent: Extent) -> None:
    server.secrets["app/db"] = [{"a": "1"}]
    store = GivenSecrets(openbao)
    plan = store.plan(given(extent, a="2"), State.PRESENT)
    server.secrets["app/db"].append({"a": "of somebody else"})
    with pytest.raises(CasConflictError):
        store.apply(plan)
    assert server.newest("app/db") == {"a": "of somebody else"}


def test_a_secret_that_is_deleted_keeps_its_history(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"a": "1"}]
    assert run(openbao, given(), State.ABSENT) == (True, None)
    assert server.secrets["app/db"] == [None]
    assert run(openbao, given(), State.ABSENT) == (False, None)


def test_a_secret_goes_with_its_history_even_when_it_was_deleted(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"a": "1"}, None]
    assert run(openbao, given(), State.ABSENT, keeps_history=False) == (True, None)
    assert server.secrets["app/db"] == []
    assert run(openbao, given(), State.ABSENT, keeps_history=False) == (False, None)


@pytest.mark.parametrize("since", [{"a": "of somebody else"}, None])
def test_a_secret_that_was_written_or_removed_since_the_plan_is_not_deleted(
    server: KvServer, openbao: OpenBao, since: dict[str, str] | None
) -> None:
    server.secrets["app/db"] = [{"a": "1"}]
    store = GivenSecrets(openbao)
    plan = store.plan(given(), State.ABSENT)
    server.secrets["app/db"] = [{"a": "1"}, since] if since else []
    with pytest.raises(CasConflictError):
        store.apply(plan)
    assert server.writes == []


def test_every_empty_value_is_named_and_refused() -> None:
    with pytest.raises(UnusableValueError) as failure:
        given(b="", a="", c="full")
    assert str(failure.value).splitlines() == [
        "bao://secret/app/db#a: the value is empty; give one",
        "bao://secret/app/db#b: the value is empty; give one",
    ]
