# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller's half, step by step as the action plugin goes: send, watch, confirm, and once more confirm.

It is not on the host: it moves when a process it waits for ends. Replies it never gets are those of ``loses``.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import launch
from ansible_collections.fractalops.infra.plugins.module_utils.host.drift.plan import make_plan
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.transaction.watch import wait_for_end
from ansible_collections.fractalops.infra.plugins.modules import host_generation
from ansible_collections.fractalops.infra.tests.simulation.host import Host, Module
from ansible_collections.fractalops.infra.tests.simulation.process import Process

#: How long a reply takes, and how long until one is known to be lost.
REPLY_SECONDS, LOST_SECONDS = 0.05, 1.0


class Controller:
    """One run against one host. ``told`` is the last outcome it heard; None while it heard of none."""

    def __init__(self, host: Host, name: str, loses: Collection[str] = ()) -> None:
        self.name, self._host, self._loses = name, host, set(loses)
        self.told: dict[str, Any] | None = None
        self._boot = host.boots
        self._seen = 0

    def start(self, payload: str, pause_seconds: float | None) -> None:
        """In one step, or in two with a pause between them."""
        if pause_seconds is None:
            self.begin(payload)
        else:
            self.begin_in_steps(payload, pause_seconds)

    def begin(self, payload: str) -> None:
        """Send the module."""
        params = {"payload": payload, "owner": self.name, "reason": "as a test"}
        process, module = self._host.module(params, self.name)
        process.on_exit.append(lambda process: self._module_ended(process, module))

    def begin_in_steps(self, payload: str, pause_seconds: float) -> None:
        """Stage, look at other hosts for a while, then try."""
        process, module = self._host.step("stage", lambda layout: self._stage(layout, json.loads(payload)), self.name)

        def try_later() -> None:
            if "fence" in module.answer:
                self._host.world.at(self._host.world.now + pause_seconds, lambda: self._try(module.answer["fence"]))
            elif process.code == 0:
                self.told = module.answer

        process.on_exit.append(lambda _process: try_later())

    def _stage(self, layout: Layout, payload: dict[str, Any]) -> dict[str, Any]:
        plan = make_plan(layout, host_generation.wanted(layout, payload))
        return {"fence": launch.stage(layout, plan, payload["secrets"], self.name, "as a test").fence}

    def _try(self, fence: int) -> None:
        def tried(layout: Layout) -> dict[str, Any]:
            begun = launch.attempt(layout, fence)
            return host_generation.reached(layout, wait_for_end(layout, begun.id, host_generation.PATIENCE_SECONDS))

        process, module = self._host.step("try", tried, self.name)
        process.on_exit.append(lambda process: self._module_ended(process, module))

    def _soon(self, step: str, event: Any) -> None:
        if step not in self._loses:
            self._host.world.at(self._host.world.now + REPLY_SECONDS, event)

    def _module_ended(self, process: Process, module: Module) -> None:
        if process.code == 0:
            self._soon("module", lambda: self._answered(module.answer))

    def _answered(self, answer: dict[str, Any]) -> None:
        confirm, watch = answer.pop("confirm", None), answer.pop("watch", None)
        self.told = answer if answer.get("failed") or not confirm else None
        if watch and "wait" not in self._loses:
            self._watch(watch, confirm)
        elif confirm and not answer.get("failed"):
            self._confirm(confirm, ("confirm", "confirm-again"))

    def _watch(self, watch: list[str], confirm: list[str]) -> None:
        process = self._host.agent([*watch, str(self._seen)], self.name)
        process.on_exit.append(lambda process: self._soon("watch", lambda: self._watched(process, watch, confirm)))

    def _watched(self, process: Process, watch: list[str], confirm: list[str]) -> None:
        if process.code:
            self.told = {"failed": True, "msg": process.stderr.getvalue()}
            return
        told = json.loads(process.stdout.getvalue())
        self._seen += len(told["lines"])
        if not told["outcome"]:
            self._watch(watch, confirm)
        elif told["outcome"]["failed"]:
            self.told = told["outcome"]
        else:
            self._confirm(confirm, ("confirm", "confirm-again"))

    def _confirm(self, confirm: list[str], names: tuple[str, ...]) -> None:
        if f"no-{names[0]}" in self._loses:
            return
        process = self._host.agent(confirm, self.name)
        process.on_exit.append(lambda process: self._confirmed(process, confirm, names))

    def _confirmed(self, process: Process, confirm: list[str], names: tuple[str, ...]) -> None:
        """A killed process is a lost connection; only then the same is asked once more."""
        is_lost = names[0] in self._loses or (process.code or 0) < 0
        if is_lost and len(names) > 1:
            again = self._host.world.now + LOST_SECONDS
            self._host.world.at(again, lambda: self._confirm(confirm, names[1:]))
        elif not is_lost:
            answer = process.stdout.getvalue()
            self.told = {"failed": True, "msg": process.stderr.getvalue()} if process.code else json.loads(answer)
