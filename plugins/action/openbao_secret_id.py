# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a wrapped secret_id, once, in the controller's credentials file."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.wrapped_secret_id import unwrap_secret_id
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import CONNECTION, plain
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.runner import refuse_exposed_tokens


class ActionModule(ActionBase):
    """The file of a runner's job becomes one that all its processes can use."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(CONNECTION)  # type: ignore[no-untyped-call]  # ansible-core has no types
        try:
            refuse_exposed_tokens(task_vars or {})
            changed = unwrap_secret_id(plain(args["openbao"]), str(args["openbao_credentials_file"]))
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None
        return {"changed": changed}
