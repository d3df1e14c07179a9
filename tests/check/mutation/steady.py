# SPDX-License-Identifier: GPL-3.0-or-later
"""A pytest plugin: what tests do by chance is the same every time."""

from __future__ import annotations

from hypothesis import Phase, settings

#: Without the search for a smaller example: that a test fails is enough.
PHASES = (Phase.explicit, Phase.generate)


def load() -> None:
    """Before any test is imported."""
    settings.register_profile(
        "steady", derandomize=True, database=None, deadline=None, phases=PHASES, report_multiple_bugs=False
    )
    settings.load_profile("steady")


def pytest_configure() -> None:
    """As a plugin of its own, for a session without the worker."""
    load()
