# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the auth roles of a server to what a topology derives."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import (
    AuthRoleStore,
    require_separation,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import ChangeLimit, State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology


class ActionModule(OpenBaoTask):
    """Topology to auth roles to plan to server."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "topology": {"type": "path", "required": True},
        "state": {"type": "str", "choices": [state.value for state in State], "default": State.PRESENT.value},
        "delete_percent": {"type": "int", "default": ChangeLimit().delete_percent},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Ansible's result."""
        topology = load_topology(str(args["topology"])).topology
        documents = openbao_documents(topology)
        if topology.openbao.namespace is None:
            require_separation(openbao, documents)
        store, limit = AuthRoleStore(openbao, documents.names), ChangeLimit(args["delete_percent"])
        state, check = State(args["state"]), self._task.check_mode
        return {**reconcile(store, documents.auth_roles, state, check=check, limit=limit)}
