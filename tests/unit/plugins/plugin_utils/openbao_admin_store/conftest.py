# SPDX-License-Identifier: GPL-3.0-or-later
"""An OpenBao to administer and a client for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, connect
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao_admin_store.admin_server import (
    AdminServer,
)


@pytest.fixture(name="server")
def serve_openbao() -> Iterator[AdminServer]:
    with AdminServer() as server:
        yield server


@pytest.fixture(name="openbao")
def connect_client(server: AdminServer, tmp_path: Path) -> Iterator[OpenBao]:
    file = tmp_path / "approle"
    file.touch(mode=0o600)
    file.write_text('{"role_id": "canary-role", "secret_id": "canary-secret"}')
    settings = {"address": server.address, "mount": "secret", "auth": {"method": "approle"}}
    with connect(settings, str(file), deadline_seconds=10) as openbao:
        yield openbao
