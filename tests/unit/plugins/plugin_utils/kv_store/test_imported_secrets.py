# SPDX-License-Identifier: GPL-3.0-or-later
"""An import against a KV server: nothing counts before it was read back as it stands in the file."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.imported_secrets import (
    UnverifiedSecretError,
    import_values,
    refs_text,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, Secret
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

VALUES = {
    "app/web": {"token": Secret("t"), "key": Secret("k")},
    "app/db": {"password": Secret("canary-8f14e45f")},
}


def test_an_import_writes_what_differs_and_keeps_other_keys(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/web"] = [{"token": "old", "key": "k", "other": "kept"}]
    done = import_values(openbao, "secret", VALUES, check=False)
    assert done.is_verified
    assert done.rows == (
        {"secret": "bao://secret/app/db", "version": 1, "keys": ["password"], "is_verified": True},
        {"secret": "bao://secret/app/web", "version": 2, "keys": ["key", "token"], "is_verified": True},
    )
    assert server.newest("app/web") == {"token": "t", "key": "k", "other": "kept"}
    assert [entry["after_header"] for entry in done.diff] == ["bao://secret/app/db", "bao://secret/app/web"]


def test_a_second_import_reads_back_and_writes_nothing(server: KvServer, openbao: OpenBao) -> None:
    import_values(openbao, "secret", VALUES, check=False)
    server.writes.clear()
    done = import_values(openbao, "secret", VALUES, check=False)
    assert (done.is_verified, done.diff, server.writes) == (True, (), [])


def test_check_mode_writes_nothing_and_verifies_only_what_is_there(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["app/db"] = [{"password": "canary-8f14e45f"}]
    done = import_values(openbao, "secret", VALUES, check=True)
    assert [row["is_verified"] for row in done.rows] == [True, False]
    assert (done.is_verified, server.writes) == (False, [])


def lost(values: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in values.items() if key != "token"}


def changed(values: dict[str, str]) -> dict[str, str]:
    return values | ({"token": "T"} if "token" in values else {})


@pytest.mark.parametrize("keeps", [lost, changed])
def test_a_value_that_reads_back_differently_is_named_and_never_shown(
    server: KvServer, openbao: OpenBao, keeps: object
) -> None:
    server.keeps = keeps  # type: ignore[assignment]
    with pytest.raises(UnverifiedSecretError) as failure:
        import_values(openbao, "secret", VALUES, check=False)
    assert str(failure.value) == "bao://secret/app/web#token: reads back differently; run again"


def test_every_key_that_reads_back_differently_is_named(server: KvServer, openbao: OpenBao) -> None:
    server.keeps = lambda values: {key: f"{value}!" for key, value in values.items()}
    with pytest.raises(UnverifiedSecretError) as failure:
        import_values(openbao, "secret", {"app/web": VALUES["app/web"]}, check=False)
    assert [line.partition(": ")[0] for line in str(failure.value).splitlines()] == [
        "bao://secret/app/web#key",
        "bao://secret/app/web#token",
    ]


def test_the_file_comes_back_with_refs_in_place_of_values() -> None:
    assert refs_text("secret", VALUES) == (
        '"app/db":\n  "password": "bao://secret/app/db#password"\n'
        '"app/web":\n  "key": "bao://secret/app/web#key"\n  "token": "bao://secret/app/web#token"\n'
    )
