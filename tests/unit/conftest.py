# SPDX-License-Identifier: GPL-3.0-or-later
"""What unit tests need of pytest, whoever runs them: ``ansible-test`` does not read our ``pytest.ini``."""

from __future__ import annotations

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """The mark of tests that show a row of the fault table."""
    config.addinivalue_line("markers", "fault(row, what): shows a row of the fault table")
