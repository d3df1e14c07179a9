# SPDX-License-Identifier: GPL-3.0-or-later
"""An OpenBao to administer and a client for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.credential import approle_client
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin_store.admin_server import (
    AdminServer,
)


@pytest.fixture(name="server")
def serve_openbao() -> Iterator[AdminServer]:
    with AdminServer() as server:
        yield server


@pytest.fixture(name="openbao")
def connect_client(server: AdminServer, tmp_path: Path) -> Iterator[OpenBao]:
    with approle_client(server.address, tmp_path) as openbao:
        yield openbao
