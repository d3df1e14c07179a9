# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the mounts that a topology needs."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import MountStore
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology


class ActionModule(OpenBaoTask):
    """Topology to mounts to plan to server."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {"topology": {"type": "path", "required": True}}

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Ansible's result."""
        documents = openbao_documents(load_topology(str(args["topology"])).topology)
        store, check = MountStore(openbao), self._task.check_mode
        return {**reconcile(store, documents.mounts, State.PRESENT, check=check)}
