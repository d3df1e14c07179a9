# SPDX-License-Identifier: GPL-3.0-or-later
"""A small unit, generation and transaction to start from."""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import GENERATION_MARK, Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.transaction import (
    Stage,
    Transaction,
    UnitChanges,
    monotonic,
)


def a_unit(**changes: Any) -> dict[str, Any]:
    """As a host is sent it, with ``changes`` over it."""
    unit = {
        "text": "[Service]\nExecStart=/bin/true " + GENERATION_MARK + "/files/x\n",
        "dropin": "[Service]\nNoNewPrivileges=yes\n",
        "files": {"config.json": "{}\n"},
        "credentials": {},
        "properties": {"NoNewPrivileges": "yes"},
        "state": "running",
        "release": None,
        "health": None,
    }
    return {**unit, **changes}


def a_generation(**units: dict[str, Any]) -> Generation:
    """A whole generation; ``a_b=…`` is the unit ``a-b.service``."""
    named = {name.replace("_", "-") + ".service": unit for name, unit in units.items()}
    document = {
        "activation": {"window_seconds": 30, "soak_seconds": 1},
        "units": named or {"x.service": a_unit()},
        "users": [],
        "sysusers": "",
        "tmpfiles": "",
    }
    return Generation.parse(document)


def a_transaction(seconds_left: float = 60.0, stage: Stage = Stage.TRIAL) -> Transaction:
    """One that is open, from generation ``aa…`` to ``bb…``."""
    return Transaction(
        id="1",
        new="b" * 16,
        old="a" * 16,
        deadline=monotonic() + seconds_left,
        owner="somebody@somewhere pid 1",
        started=0.0,
        units=UnitChanges(changed=["x.service"]),
        stage=stage,
    )
