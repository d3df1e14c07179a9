# SPDX-License-Identifier: GPL-3.0-or-later
"""The lab, once for all that need it, and Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.integration.topology.browser import Browser
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


@pytest.fixture(name="browser")
def _browser(tmp_path: Path) -> Browser:
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("chromium is missing; install the Debian package chromium, which requirements/system.txt names")
    folder = tmp_path / "browser"
    folder.mkdir()
    return Browser(program, folder)
