# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether drift, plan and site say the same of a disturbed host, and whether a run of site brings them to silence."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import launch
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.drift import drift
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.modules import host_generation
from ansible_collections.fractalops.infra.tests.simulation import scenario
from ansible_collections.fractalops.infra.tests.simulation.controller import Controller
from ansible_collections.fractalops.infra.tests.simulation.disturbance import DISTURBANCES
from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.host import Host

#: Of one host, at the most.
DISTURBANCES_AT_ONCE = 4
#: A release that does not exist: with it systemd is not asked to verify texts, which the simulated one cannot.
UNVERIFIED = ["/opt/none/releases/0"]
WANTED = scenario.SCENARIOS["confirmed"].new


@functools.cache
def settled_disk() -> FileSystem:
    """Of a host on which the generation with every kind of change is confirmed."""
    made = Host(scenario.disk_with_old().copy())
    controller = Controller(made, "before")
    controller.begin(scenario.payload(WANTED))
    made.world.run()
    assert controller.told is not None and controller.told["stage"] == "confirmed", controller.told
    made.world.files.sync_all()
    return made.world.files


class Case:
    """One host, disturbed as ``seed`` says."""

    def __init__(self, seed: int) -> None:
        self._host = Host(settled_disk().copy())
        random = Random(seed)
        self.disturbances = random.choices(DISTURBANCES, k=random.randint(0, DISTURBANCES_AT_ONCE))
        for disturb in self.disturbances:
            disturb(self._host, WANTED, random)
            self._host.world.run()

    def __str__(self) -> str:
        return ", ".join(disturb.__name__ for disturb in self.disturbances) or "nothing"

    def complaints(self) -> Iterator[str]:
        """Before and after a run of site, and once more."""
        try:
            is_refused = yield from self._one_run()
            if not is_refused:
                yield from self._silence()
        finally:
            self._host.world.end()

    def _one_run(self) -> Iterator[str]:
        findings, plan = self._findings(), self._plan()
        told = self._site()
        ours = [one for one in findings if one["next"] is None]
        is_refused = bool(told.get("failed"))
        if plan.get("failed"):
            if not any(one["next"] for one in findings) or not is_refused:
                yield f"plan fails ({plan['msg']}), drift has {findings}, site says {told}"
            return True
        if bool(ours) != plan["changed"]:
            yield f"drift has {findings}, plan has {plan['units']} {plan['repairs']}"
        if not is_refused and plan["changed"] != told["changed"]:
            yield f"plan says {plan['changed']}, site {told}"
        if is_refused and not any(one["next"] for one in findings):
            yield f"site refuses ({told['msg']}), drift has nothing"
        return is_refused

    def _silence(self) -> Iterator[str]:
        findings, plan, told = self._findings(), self._plan(), self._site()
        ours = [one for one in findings if one["next"] is None]
        if ours or plan["changed"] or told["changed"]:
            yield f"after site drift has {ours}, plan has {plan['units']} {plan['repairs']}, site says {told}"

    def _findings(self) -> list[dict[str, Any]]:
        answer = self._answer(lambda layout: {"findings": [one.data() for one in drift(layout).findings]})
        findings: list[dict[str, Any]] = answer["findings"]
        return findings

    def _plan(self) -> dict[str, Any]:
        payload = json.loads(scenario.payload(WANTED))

        def planned(layout: Layout) -> dict[str, Any]:
            plan = make_plan(layout, host_generation.wanted(layout, payload))
            if plan:
                launch.check(layout, plan, UNVERIFIED)
            return plan.result()

        return self._answer(planned)

    def _answer(self, work: Callable[[Layout], dict[str, Any]]) -> dict[str, Any]:
        _process, module = self._host.step("look", work, "somebody")
        self._host.world.run()
        assert not self._host.world.tracebacks, self._host.world.tracebacks
        return module.answer

    def _site(self) -> dict[str, Any]:
        """What the controller is told in the end."""
        controller = Controller(self._host, "site")
        controller.begin(scenario.payload(WANTED))
        self._host.world.run()
        assert controller.told is not None
        return {"changed": "stage" in controller.told, **controller.told}
