# SPDX-License-Identifier: GPL-3.0-or-later
"""What unit tests need of pytest, however they are run: ``ansible-test`` does not read our ``pytest.ini``."""

from __future__ import annotations

import pytest
from hypothesis import settings

#: Whether an example passes says nothing of how busy the machine is.
settings.register_profile("unhurried", deadline=None)
if settings.get_current_profile_name() == "default":
    settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """The mark of tests that show a row of the fault table."""
    config.addinivalue_line("markers", "fault(row, what): shows a row of the fault table")
