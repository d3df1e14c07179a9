# SPDX-License-Identifier: GPL-3.0-or-later
"""Drift has a finding that site mends, exactly when plan has something to do, exactly when site changes something."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.simulation.agreement import Case

PARTS, EACH = 8, 150


@pytest.mark.parametrize("part", range(PARTS))
def test_drift_plan_and_site_agree_on_a_disturbed_host(part: int) -> None:
    seeds = range(part * EACH, (part + 1) * EACH)
    wrong = {seed: list(Case(seed).complaints()) for seed in seeds}
    assert {f"{seed}: {Case(seed)}": told for seed, told in wrong.items() if told} == {}
