# SPDX-License-Identifier: GPL-3.0-or-later
"""systemd for tests that need its answers."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd

from .fake_systemd import FakeSystemd


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeSystemd:
    """A systemd without units, that runs this host."""
    made = FakeSystemd()
    monkeypatch.setattr(systemd.subprocess, "run", made.run)
    monkeypatch.setattr(systemd, "is_running", lambda: True)
    return made
