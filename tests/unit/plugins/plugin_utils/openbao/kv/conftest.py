# SPDX-License-Identifier: GPL-3.0-or-later
"""A KV server to read from."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.kv_server import KvServer


@pytest.fixture(name="server")
def serve_kv() -> Iterator[KvServer]:
    with KvServer() as server:
        yield server
