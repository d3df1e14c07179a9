# SPDX-License-Identifier: GPL-3.0-or-later
"""Every test here may run simulated processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.fractalops.infra.tests.simulation import scenario, system_calls


@pytest.fixture(autouse=True)
def _simulated() -> Iterator[None]:
    with system_calls.in_place():
        scenario.disk_with_old()  # by the product as it is, before a test changes it
        yield
