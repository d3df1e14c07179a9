# SPDX-License-Identifier: GPL-3.0-or-later
"""A credential and a client for a server at the wire."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.http import session as session_module
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao, connect
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.credential import (
    approle_file,
    approle_settings,
)

Connect = Callable[..., OpenBao]


@pytest.fixture(name="approle_file")
def _approle_file(tmp_path: Path) -> str:
    return str(approle_file(tmp_path))


@pytest.fixture
def client(approle_file: str) -> Iterator[Connect]:
    """Clients for an address; closed after the test."""
    clients: list[OpenBao] = []

    def to(address: str, deadline_seconds: float = 10, ca_file: str | None = None) -> OpenBao:
        settings = approle_settings(address, ca_file=ca_file)
        clients.append(connect(settings, approle_file, deadline_seconds=deadline_seconds))
        return clients[-1]

    yield to
    for one in clients:
        one.close()


@pytest.fixture
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, with shorter pauses."""
    monkeypatch.setattr(session_module, "PAUSES_SECONDS", (0.01,) * len(session_module.PAUSES_SECONDS))
