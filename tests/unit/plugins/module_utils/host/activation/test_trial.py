# SPDX-License-Identifier: GPL-3.0-or-later
"""What a trial asks of the kernel before it counts as healthy."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation.activation import activate
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    TransactionFile,
    UnitChanges,
)

from ..fake_systemd import FakeSystemd
from ..proof.fake_host import PID, UNIT, FakeHost
from ..samples import a_generation, a_transaction, a_unit


@pytest.fixture
def host(tmp_path: Path, fake: FakeSystemd) -> FakeHost:
    """One with an activation that waits for its trial; the unit will be the process of the host."""
    made = FakeHost(tmp_path)
    new = a_generation(demo=a_unit(dropin="[Service]\nPrivateTmp=yes\n", properties={}, files={}))
    made.layout.run.mkdir(parents=True)
    GenerationStore(made.layout).stage(new, {})
    waiting = a_transaction(stage=Stage.VERIFIED)
    units = UnitChanges(added=[UNIT])
    TransactionFile(made.layout).save(dataclasses.replace(waiting, new=new.id, old=None, units=units))
    fake.afterwards["systemctl restart"] = lambda: fake.units[UNIT].update({"MainPID": PID, "ControlGroup": "/"})
    return made


def test_a_trial_of_which_all_is_in_force_is_healthy(host: FakeHost) -> None:
    activate(host.layout)
    transaction = TransactionFile(host.layout).open_one()
    assert transaction is not None
    assert transaction.stage is Stage.HEALTHY


def test_a_trial_of_which_something_is_not_in_force_rolls_back(host: FakeHost, fake: FakeSystemd) -> None:
    host.share("mnt")
    activate(host.layout)
    ended = TransactionFile(host.layout).ended("1")
    assert ended is not None
    assert ended.stage is Stage.ROLLED_BACK
    assert "demo.service: PrivateTmp is not in force: the process shares the mount namespace" in str(ended.reason)
    assert fake.units[UNIT]["ActiveState"] == "inactive"
