# SPDX-License-Identifier: GPL-3.0-or-later
"""A KV server and a client for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.credential import approle_client
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer


@pytest.fixture(name="server")
def serve_kv() -> Iterator[KvServer]:
    with KvServer() as server:
        yield server


@pytest.fixture(name="openbao")
def connect_client(server: KvServer, tmp_path: Path) -> Iterator[OpenBao]:
    with approle_client(server.address, tmp_path) as openbao:
        yield openbao
