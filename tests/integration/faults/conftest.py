# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the harness, and how often each fault is made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.fractalops.infra.tests.integration.faults.fault_table import FaultTable
from ansible_collections.fractalops.infra.tests.integration.faults.wholeness import Judge


def pytest_addoption(parser: pytest.Parser) -> None:
    """Both are given by ``tests/integration/faults/run``; without them the tests are like any others."""
    group = parser.getgroup("faults")
    group.addoption("--repeat", type=int, default=1, help="how often each fault is made (default 1)")
    group.addoption("--fault-table", action="store_true", help="print one line per fault; fail when one is not shown")


def pytest_configure(config: pytest.Config) -> None:
    """The table wants the reports of all tests, also of those outside this folder."""
    if config.getoption("--fault-table", default=False):
        config.pluginmanager.register(FaultTable(repeat(config)), "fault-table")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes ``repetition`` is made as often as ``--repeat`` says."""
    if "repetition" in metafunc.fixturenames:
        metafunc.parametrize("repetition", range(1, repeat(metafunc.config) + 1))


def repeat(config: pytest.Config) -> int:
    """How often each fault is made."""
    times: int = config.getoption("--repeat", default=1)
    return times


@pytest.fixture
def judge(record_property: Callable[[str, object], None]) -> Judge:
    """Says what it sees to the table."""
    return Judge(record_property)
