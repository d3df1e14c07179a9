# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemctl prints, read."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd

LISTED = b"""\
a.service   loaded active    running   A, which runs
b-1.service loaded reloading reload    B
"""


def test_units_that_are_up_are_found_in_one_call_and_those_not_listed_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Sequence[str]] = []

    def call(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        calls.append(command)
        return subprocess.CompletedProcess(command, 0, LISTED, b"")

    monkeypatch.setattr(systemd, "call", call)
    assert systemd.running(["c.service", "b-1.service", "a.service"]) == {"a.service", "b-1.service"}
    assert len(calls) == 1 and list(calls[0])[-4:] == ["--", "a.service", "b-1.service", "c.service"]
    assert systemd.running([]) == set() and len(calls) == 1
