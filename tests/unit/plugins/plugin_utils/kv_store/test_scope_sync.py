# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes against a KV server: made where there is a recipe, asked for where there is none."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import DeclaredSecret
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.scope_sync import sync_scopes
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

PASSWORD = {"type": "password"}


def declared(path: str, *keys: str, **generated: object) -> DeclaredSecret:
    return DeclaredSecret("runtime", "secret", path, keys, generated)  # type: ignore[arg-type]


def test_what_has_a_recipe_is_made_and_the_rest_asked_for(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["db"] = [{"user": "app"}]
    done = sync_scopes(openbao, [declared("db", "user", "host", password=PASSWORD)], check=False)
    assert done.rows == (
        {
            "secret": "bao://secret/db",
            "scope": "runtime",
            "version": 2,
            "generated": ["password"],
            "missing": ["bao://secret/db#host"],
        },
    )
    assert (done.missing, done.failures, len(done.diff)) == (["bao://secret/db#host"], (), 1)
    assert (server.newest("db") or {}).keys() == {"user", "password"}


def test_a_second_sync_makes_nothing(server: KvServer, openbao: OpenBao) -> None:
    sync_scopes(openbao, [declared("db", password=PASSWORD)], check=False)
    done = sync_scopes(openbao, [declared("db", password=PASSWORD)], check=False)
    assert (done.rows[0]["generated"], done.rows[0]["version"], done.diff) == ([], 1, ())


def test_check_mode_says_what_would_be_made(server: KvServer, openbao: OpenBao) -> None:
    done = sync_scopes(openbao, [declared("db", password=PASSWORD)], check=True)
    assert (done.rows[0]["generated"], done.rows[0]["version"], server.writes) == (["password"], 1, [])


def test_a_secret_that_only_people_write_has_no_version_yet(openbao: OpenBao) -> None:
    done = sync_scopes(openbao, [declared("db", "b", "a")], check=False)
    assert (done.rows[0]["version"], done.missing) == (0, ["bao://secret/db#a", "bao://secret/db#b"])


def test_what_cannot_be_made_stands_beside_what_could(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["deleted"], server.denied = [{"k": "x"}, None], {"metadata/denied"}
    wanted = [declared(name, k=PASSWORD) for name in ("deleted", "denied", "fine")]
    done = sync_scopes(openbao, wanted, check=False)
    assert [row["secret"] for row in done.rows] == ["bao://secret/fine"]
    assert [failure.partition(": ")[0] for failure in done.failures] == ["bao://secret/deleted", "bao://secret/denied"]
    assert server.newest("fine")


def test_every_recipe_is_judged_before_the_first_write(server: KvServer, openbao: OpenBao) -> None:
    wanted = [declared("a", k=PASSWORD), declared("b", k={"type": "spell"})]
    with pytest.raises(InfraError, match=r"^bao://secret/b: "):
        sync_scopes(openbao, wanted, check=False)
    assert server.writes == []


def test_a_write_of_somebody_else_between_is_planned_around(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["db"] = [{"user": "app"}]

    def theirs(server: KvServer) -> None:
        if len(server.writes) == 1:
            server.secrets["db"].append({"user": "other"})

    server.before_write = theirs
    assert sync_scopes(openbao, [declared("db", password=PASSWORD)], check=False).rows[0]["version"] == 3
    assert (server.newest("db") or {})["user"] == "other"
