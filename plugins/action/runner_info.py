# SPDX-License-Identifier: GPL-3.0-or-later
"""Says under which runner a play is, and which environment variables hand it tokens; refuses them when asked to."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import (
    environment_names,
    refuse_exposed_tokens,
    runner_name,
    token_variables,
)

ARGUMENTS = {"refuse_tokens": {"type": "bool", "default": False}}


class ActionModule(ActionBase):
    """Names of the controller's environment; its values are nobody's business."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(ARGUMENTS)  # type: ignore[no-untyped-call]  # ansible-core has no types
        names = environment_names()
        try:
            if args["refuse_tokens"]:
                refuse_exposed_tokens(task_vars or {})
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None
        return {
            "changed": False,
            "runner": runner_name(names, task_vars or {}),
            "token_variables": token_variables(names),
        }
