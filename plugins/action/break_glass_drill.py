# SPDX-License-Identifier: GPL-3.0-or-later
"""Action of ``break_glass_drill``: everything a repair needs, tried; nothing on the host is changed."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass import trail
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.order import Order
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.rung import Rung
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.break_glass import OPTIONS, BreakGlassTask

DOCUMENT = {"document": {"type": "json", "required": True}}


class ActionModule(BreakGlassTask):
    """One drill, one host."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Try it all, then say of each part whether it works; fails when one does not."""
        super().run(tmp, task_vars)
        self.take({**OPTIONS, **DOCUMENT}, task_vars)
        self._task.check_mode = True  # whatever is asked of the host below is only looked at
        order = self.ordered()
        self._controller_heads: list[str] = []
        checks = [self._bundle(order), *self._ways(order), *self._host_checks(), self._own_chain()]
        report = [{"check": name, "ok": why is None, "why": why} for name, why in checks]
        self.say(trail.DRILLED, {**order.record(), "checks": report, "passed": all(one["ok"] for one in report)})
        result: dict[str, Any] = {"changed": False, "checks": report, "rungs": self.rungs, "head": self.trail.head}
        if failing := [f"{one['check']}: {one['why']}" for one in report if not one["ok"]]:
            result |= {"failed": True, "msg": f"{order.asset} could not be repaired as planned:\n" + "\n".join(failing)}
        return result

    def _bundle(self, order: Order) -> tuple[str, str | None]:
        """Verified for this host now, opened, and holding every ref of the host."""
        try:
            return "bundle", self.opened_for_drill(order)
        except InfraError as error:
            return "bundle", str(error)

    def _ways(self, order: Order) -> list[tuple[str, str | None]]:
        """Every way into a running host; that through the node is tried last, and kept for what is asked below."""
        found = []
        steps = tuple(step for step in self.steps() if step.rung is not Rung.ROOT_FILE_SYSTEM)
        for attempt in self.attempts(steps, self.vars):
            self.rungs.append(attempt.record())
            self.say(trail.RUNG, {"asset": order.asset, **attempt.record()})
            found.append((f"way in by {attempt.step.rung.value}", attempt.why))
        return found

    def _host_checks(self) -> list[tuple[str, str | None]]:
        """Over the way through the node, which needs nothing of the host: that is what a bad night leaves."""
        try:
            self.require_pipelining()
            seen = self.look()
        except AnsibleError as error:
            return [("host", str(error))]
        self._controller_heads = seen["controller"]
        generation = None if seen["confirmed"] else "it has no generation, so there is nothing to repair"
        return [("host", generation), ("break-glass log of the host", "; ".join(seen["breaks"]) or None)]

    def _own_chain(self) -> tuple[str, str | None]:
        try:
            return "break-glass log of the controller", "; ".join(self.trail.problems(*self._controller_heads)) or None
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None
