# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what a topology says: names, descriptors, derived values, explanations and pictures. Changes nothing."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError, InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.dotted_path import parsed_path
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation import explain, explanation_data
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.graph import FORMATS, draw
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.overview import topology_overview

ARGUMENTS = {
    "topology": {"type": "path", "required": True},
    "explain": {"type": "list", "elements": "str", "default": []},
    "graph": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": []},
}


class ActionModule(ActionBase):
    """Topology to plain data; the target host is never contacted."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(ARGUMENTS)  # type: ignore[no-untyped-call]  # ansible-core has no types
        try:
            return {"changed": False, **_told(args)}
        except InvalidTopologyError as error:
            return _refused(error)
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None


def _told(args: dict[str, Any]) -> dict[str, Any]:
    paths = [parsed_path(str(path)) for path in args["explain"]]
    loaded = load_topology(str(args["topology"]))
    return {
        **topology_overview(loaded.topology),
        "explanations": [explanation_data(explain(loaded, path)) for path in paths],
        "graph": {str(form): draw(loaded.topology, str(form)) for form in args["graph"]},
        "advice": [str(found) for found in loaded.advice],
        "violations": [],
        "violations_count": 0,
    }


def _refused(error: InvalidTopologyError) -> dict[str, Any]:
    """A failure that a play can still look into, with ``failed_when: false``."""
    violations = [str(violation) for violation in error.violations]
    return {"failed": True, "msg": str(error), "violations": violations, "violations_count": len(violations)}
