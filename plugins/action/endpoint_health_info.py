# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the endpoints of every asset for their health, from the controller. Changes nothing."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.answer import endpoint_health
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.endpoint import endpoints
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology

ARGUMENTS = {
    "topology": {"type": "path", "required": True},
    "ca_file": {"type": "path"},
    "within_seconds": {"type": "int", "default": 5},
}


class ActionModule(ActionBase):
    """Topology to answers; the target host is never contacted."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(ARGUMENTS)  # type: ignore[no-untyped-call]  # ansible-core has no types
        if not 1 <= args["within_seconds"] <= 60:
            raise AnsibleActionFail("within_seconds: out of range; give 1 to 60 seconds")
        try:
            asked = endpoints(load_topology(str(args["topology"])).topology)
            ca_file = str(args["ca_file"]) if args["ca_file"] else None
            return {"changed": False, "endpoints": endpoint_health(asked, ca_file, args["within_seconds"])}
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None
