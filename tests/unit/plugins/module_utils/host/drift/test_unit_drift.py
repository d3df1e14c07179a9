# SPDX-License-Identifier: GPL-3.0-or-later
"""What systemd runs, against what a generation says."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift import unit_drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.finding import Kind

from ..proof.fake_host import PID, UNIT, FakeHost
from ..samples import a_generation, a_unit


@pytest.mark.parametrize(("declared", "expected"), [("ProtectHome=yes", "yes"), ("CapabilityBoundingSet=", "none")])
def test_what_the_kernel_does_not_do_is_a_finding_of_its_own(tmp_path: Path, declared: str, expected: str) -> None:
    host = FakeHost(tmp_path)
    host.share("mnt")
    generation = a_generation(demo=a_unit(dropin=f"[Service]\n{declared}\n"))
    shown = {UNIT: {"ActiveState": "active", "MainPID": PID, "ControlGroup": "/"}}
    (finding,) = unit_drift.not_in_force(host.layout, generation, shown)
    assert (finding.kind, finding.expected) == (Kind.NOT_IN_FORCE, expected)
    assert finding.subject == f"{UNIT} {declared.partition('=')[0]}"
    assert finding.found is not None


def test_a_process_for_which_all_is_in_force_has_no_finding(tmp_path: Path) -> None:
    generation = a_generation(demo=a_unit(dropin="[Service]\nProtectHome=yes\n"))
    shown = {UNIT: {"ActiveState": "active", "MainPID": PID, "ControlGroup": "/"}}
    assert list(unit_drift.not_in_force(FakeHost(tmp_path).layout, generation, shown)) == []
