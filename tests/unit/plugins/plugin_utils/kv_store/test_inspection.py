# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about secrets without reading a value."""

from __future__ import annotations

import datetime as dt

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import Consumer, DeclaredSecret
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.inspection import (
    Inspection,
    UninspectableError,
    inspect,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.secret_ref import SecretRef
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

#: Ten days after everything on the server was written.
NOW = dt.datetime(2026, 1, 11, 0, 0, 1, tzinfo=dt.UTC)


def used(ref: str, host: str = "web") -> Consumer:
    return Consumer("host", host, "api.service", SecretRef.parse(ref))


def declared(path: str, *keys: str, **generated: dict[str, str]) -> DeclaredSecret:
    return DeclaredSecret("runtime", "secret", path, keys, generated)


def look(openbao: OpenBao, *consumers: Consumer, **more: object) -> Inspection:
    given: dict[str, object] = {"declared": (), "pinned": {}, "now": NOW} | more
    return inspect(openbao, consumers, **given)  # type: ignore[arg-type]


def test_a_secret_is_shown_by_its_version_age_and_keys(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["db"] = [{"old": "x"}, {"password": "canary", "spare": "x"}]
    found = look(openbao, used("bao://secret/db#password"), declared=[declared("db", "user", key={"type": "password"})])
    assert found.secrets == (
        {
            "secret": "bao://secret/db",
            "exists": True,
            "version": 2,
            "created": "2026-01-01T00:00:00Z",
            "age_days": 10,
            "keys": ["password", "spare"],
            "missing": ["key", "user"],
            "unused": ["spare"],
        },
    )
    assert found.refs == ({"ref": "bao://secret/db#password", "exists": True, "version": 2, "newest": 2},)
    assert found.behind == ()


def test_the_public_half_of_a_used_key_is_not_unused(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["ssh"] = [{"key": "x", "key_public": "y", "other_public": "z"}]
    (row,) = look(openbao, used("bao://secret/ssh#key")).secrets
    assert row["unused"] == ["other_public"]


def test_what_is_not_there_is_missing_as_a_whole(server: KvServer, openbao: OpenBao) -> None:
    found = look(openbao, used("bao://secret/gone#a"))
    (row,) = found.secrets
    assert (row["exists"], row["version"], row["created"], row["age_days"]) == (False, 0, "", 0)
    assert (row["keys"], row["missing"]) == ([], ["a"])
    assert found.refs == ({"ref": "bao://secret/gone#a", "exists": False, "version": 0, "newest": 0},)


def test_a_deleted_secret_keeps_its_version_and_has_no_keys(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["db"] = [{"a": "x"}, None]
    (row,) = look(openbao, used("bao://secret/db#a")).secrets
    assert (row["exists"], row["version"], row["keys"]) == (False, 2, [])


def test_a_pinned_ref_is_looked_up_in_its_own_version(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["db"] = [{"a": "x"}, {"b": "x"}]
    refs = [used(f"bao://secret/db#{key}@{version}") for key in "ab" for version in (1, 2, 3)]
    found = look(openbao, *refs)
    assert [(row["ref"][-3:], row["exists"], row["version"], row["newest"]) for row in found.refs] == [
        ("a@1", True, 1, 2),
        ("a@2", False, 2, 2),
        ("a@3", False, 3, 2),
        ("b@1", False, 1, 2),
        ("b@2", True, 2, 2),
        ("b@3", False, 3, 2),
    ]


def test_secrets_and_refs_stand_once_and_sorted(server: KvServer, openbao: OpenBao) -> None:
    server.secrets |= {"a": [{"k": "x"}], "b": [{"k": "x"}]}
    one, two = "bao://secret/b#k", "bao://secret/a#k"
    found = look(openbao, used(one), used(one, "db"), used(two))
    assert [row["secret"][-1] for row in found.secrets] == ["a", "b"]
    assert [row["ref"] for row in found.refs] == [two, one]


def test_a_host_is_behind_when_it_runs_another_version_than_is_meant(server: KvServer, openbao: OpenBao) -> None:
    server.secrets |= {"a": [{"k": "1"}, {"k": "2"}], "b": [{"k": "1"}, {"k": "2"}]}
    consumers = [used("bao://secret/a#k"), used("bao://secret/b#k@1"), used("bao://secret/a#k", "db")]
    pinned = {
        "web": ["bao://secret/b#k@2", "bao://secret/a#k@1", "bao://secret/other#k@1"],
        "db": ["bao://secret/a#k@2"],
        "stranger": ["bao://secret/a#k@1"],
    }
    assert look(openbao, *consumers, pinned=pinned).behind == (
        {"host": "web", "ref": "bao://secret/a#k", "version": 1, "wanted": 2},
        {"host": "web", "ref": "bao://secret/b#k", "version": 2, "wanted": 1},
    )


def test_only_hosts_are_ever_behind(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["a"] = [{"k": "1"}, {"k": "2"}]
    cluster = Consumer("cluster", "web", "ns/api", SecretRef.parse("bao://secret/a#k"))
    assert look(openbao, cluster, pinned={"web": ["bao://secret/a#k@1"]}).behind == ()


@pytest.mark.parametrize(
    ("now", "days"),
    [("2026-01-01T23:59:59", 0), ("2026-01-02T00:00:00", 1), ("2025-12-01T00:00:00", 0)],
)
def test_age_is_whole_days_and_never_negative(server: KvServer, openbao: OpenBao, now: str, days: int) -> None:
    server.secrets["a"] = [{"k": "1"}]
    (row,) = look(openbao, used("bao://secret/a#k"), now=dt.datetime.fromisoformat(f"{now}+00:00")).secrets
    assert row["age_days"] == days


def test_every_secret_that_cannot_be_looked_at_is_named(server: KvServer, openbao: OpenBao) -> None:
    server.denied = {"metadata/a", "metadata/b"}
    server.secrets["c"] = [{"k": "1"}]
    with pytest.raises(UninspectableError) as failure:
        look(openbao, *(used(f"bao://secret/{name}#k") for name in "abc"))
    lines = str(failure.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == ["bao://secret/a", "bao://secret/b"]
