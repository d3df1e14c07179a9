# SPDX-License-Identifier: GPL-3.0-or-later
"""Action half of ``break_glass_repair``: judge the order, find a way in and the secrets, repair, record all of it."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.order import Order, Repair
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.rung import Rung
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.break_glass import OPTIONS, BreakGlassTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.failure import said_once
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.host_payload import generation_payload

REPAIR = {
    "repair": {"type": "str", "default": Repair.CONVERGE.value},
    "generation": {"type": "str"},
    "document": {"type": "json", "required": True},
    "templates": {"type": "path", "required": True},
    "openbao": {"type": "dict", "required": True},
    "openbao_credentials_file": {"type": "path"},
}


class ActionModule(BreakGlassTask):
    """One order, one host."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Repair the host; whatever happens is in the break-glass log before Ansible gets the answer."""
        super().run(tmp, task_vars)
        self.take({**OPTIONS, **REPAIR}, task_vars)
        with said_once(self, self._host):
            order = self.ordered()
            try:
                result = self._repaired(order)
            except (InfraError, AnsibleError) as error:
                self.failed(order, error)
                raise AnsibleActionFail(f"{error}\n{self.told_rungs()}", result=self._way()) from None
        return result | self._way()

    def _way(self) -> dict[str, Any]:
        return {"rungs": self.rungs, "repaired": self.done, "head": self.trail.head}

    def _repaired(self, order: Order) -> dict[str, Any]:
        self.climb(order)
        before = self.look()
        payload = self._payload(order)
        order.check(self.now())
        if self._task.check_mode:
            return self._switched(order, payload)
        self.begin(order, before)
        repair = self._booted if self.rung is Rung.ROOT_FILE_SYSTEM else self._running
        result = repair(order, payload)
        self.end(order, before, result)
        return result

    def _payload(self, order: Order) -> dict[str, Any]:
        """What the host is sent; secrets are read, or taken from the bundle, before anything changes."""
        if order.repair is Repair.ROLLBACK:
            return {"back_to": order.generation}
        if order.repair is Repair.RESTART:
            return {}
        document = self.document()
        return generation_payload(document, self.options["templates"], self.supplied(order, document))

    def _running(self, order: Order, payload: dict[str, Any]) -> dict[str, Any]:
        """Over ssh or through the node; a dead sshd is started first, and what it says is the last word."""
        complaint = self.started_ssh() if self.rung is not Rung.SSH else None
        result = self._switched(order, payload)
        if complaint:
            self.end(order, {"confirmed": result.get("previous")}, result, complaint)
            raise AnsibleActionFail(f"the services are as they should be, but {complaint}")
        return result | {"changed": result.get("changed", False) or bool(self.done)}

    def _booted(self, order: Order, payload: dict[str, Any]) -> dict[str, Any]:
        """In the root file system, then by booting; the host that runs is judged like any other."""
        before: dict[str, Any] = {}
        if payload:
            sent = {"step": "switch-stopped", "check": False, "owner": self.owner(), "reason": order.reason}
            before = {"previous": self.answer({**sent, **payload})["previous"]}
        self.boot()
        # A stopped host has been switched to the older generation already, and would refuse to go there again.
        left = {} if order.repair is Repair.ROLLBACK else payload
        result = self._running(order, left) if left else self._judged()
        return result | before | {"changed": True}

    def _switched(self, order: Order, payload: dict[str, Any]) -> dict[str, Any]:
        if self.rung is Rung.ROOT_FILE_SYSTEM:
            check = {"step": "switch-stopped", "check": True}
            return self.answer({**check, **payload}) if payload else self._judged()
        if order.repair is Repair.RESTART:
            restarted = {} if self._task.check_mode else self.answer({"step": "restart"})
            return self._judged() | {"changed": True, **restarted}
        return self.activated(payload, order.reason)

    def _judged(self) -> dict[str, Any]:
        confirmed = self.look()["confirmed"]
        return {"changed": False, "generation": confirmed, "previous": confirmed}
