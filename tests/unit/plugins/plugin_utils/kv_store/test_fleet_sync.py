# SPDX-License-Identifier: GPL-3.0-or-later
"""The fleet's documents against a KV server: secrets proven first, the config put and read back."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import FleetDocuments
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.fleet_sync import sync_fleet
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.imported_secrets import UnverifiedSecretError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import UnresolvedRefsError
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer

DOCUMENTS = FleetDocuments(
    "secret", "fleet/config", {}, ("bao://secret/fleet/secrets#a", "bao://secret/fleet/secrets#b")
)
SECRETS = {"fleet/secrets": [{"a": "0"}, {"a": "1", "b": "2"}]}


def test_the_config_is_put_and_every_secret_named_by_version(server: KvServer, openbao: OpenBao) -> None:
    server.secrets = dict(SECRETS)
    done = sync_fleet(openbao, DOCUMENTS, '{"n":1}', check=False)
    assert (done.config, done.config_version, done.is_verified) == ("bao://secret/fleet/config", 1, True)
    assert done.secrets == ("bao://secret/fleet/secrets#a@2", "bao://secret/fleet/secrets#b@2")
    assert server.newest("fleet/config") == {"value": '{"n":1}'}
    assert done.result["changed"]


def test_the_same_config_is_verified_and_not_written(server: KvServer, openbao: OpenBao) -> None:
    server.secrets = {**SECRETS, "fleet/config": [{"value": "{}"}]}
    for check in (True, False):
        done = sync_fleet(openbao, DOCUMENTS, "{}", check=check)
        assert (done.result["changed"], done.config_version, done.is_verified) == (False, 1, True)
    assert server.writes == []


def test_check_mode_does_not_write_and_says_that_nothing_is_verified(server: KvServer, openbao: OpenBao) -> None:
    server.secrets = dict(SECRETS)
    done = sync_fleet(openbao, DOCUMENTS, "{}", check=True)
    assert (done.result["changed"], done.is_verified, server.writes) == (True, False, [])


def test_a_config_does_not_come_before_its_secrets(server: KvServer, openbao: OpenBao) -> None:
    server.secrets["fleet/secrets"] = [{"a": "1"}]
    with pytest.raises(UnresolvedRefsError, match="fleet/secrets#b"):
        sync_fleet(openbao, DOCUMENTS, "{}", check=False)
    assert server.writes == []


def test_a_config_that_reads_back_differently_is_refused(server: KvServer, openbao: OpenBao) -> None:
    server.secrets, server.keeps = dict(SECRETS), lambda values: {"value": values["value"] + " "}
    with pytest.raises(UnverifiedSecretError, match=r"^bao://secret/fleet/config#value: reads back differently"):
        sync_fleet(openbao, DOCUMENTS, "{}", check=False)
