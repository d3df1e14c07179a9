# SPDX-License-Identifier: GPL-3.0-or-later
"""One service of the simulated host: its life, and the job that changes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ansible_collections.fractalops.infra.tests.simulation.definition import Definition
from ansible_collections.fractalops.infra.tests.simulation.process import Process


@dataclass(eq=False)
class Job:
    """``is_good`` once it is done and what was asked for is so."""

    kind: str
    is_done: bool = False
    is_good: bool = False
    waiting: list[Process] = field(default_factory=list)


@dataclass(eq=False)
class Unit:
    """``running`` is what its process was started from, ``config`` what it has read of its fixed place."""

    name: str
    state: str = "inactive"
    sub: str = "dead"
    result: str = "success"
    status: int = 0
    running: Definition | None = None
    credentials: dict[str, str] = field(default_factory=dict)
    config: str | None = None
    pid: int = 0
    restarts: int = 0
    entered: float = 0.0
    #: Another one with every start, as the InvocationID.
    life: int = 0
    job: Job | None = None

    @property
    def is_up(self) -> bool:
        """It answers."""
        return self.state == "active"
