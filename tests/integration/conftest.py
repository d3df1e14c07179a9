# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab, once for all that need it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.tests.lab import hosts, openbao
from ansible_collections.fractalops.infra.tests.lab.container import Container


@pytest.fixture(scope="session")
def lab() -> Iterator[tuple[Container, ...]]:
    """Two fresh hosts and a fresh OpenBao."""
    containers = hosts.up(2)
    openbao.up()
    yield containers
    openbao.down()
    hosts.down()
