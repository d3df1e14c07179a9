# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a credential works, and is no broader than work of ours needs."""

from __future__ import annotations

from typing import Any

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask


class ActionModule(OpenBaoTask):
    """Connecting is the question; there is nothing more to tell."""

    _supports_diff = False

    def told(self, openbao: OpenBao, _args: dict[str, Any]) -> dict[str, Any]:
        """Ansible's result."""
        return {"changed": False, "server": openbao.server}
