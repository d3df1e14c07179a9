# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the policies of a server to what a topology derives."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin import openbao_documents
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao_admin_store import (
    PolicyStore,
    Stale,
    require_separation,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import ChangeLimit, State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology


class ActionModule(OpenBaoTask):
    """Topology to policies to plan to server."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "topology": {"type": "path", "required": True},
        "state": {"type": "str", "choices": [state.value for state in State], "default": State.PRESENT.value},
        "stale": {"type": "str", "choices": [stale.value for stale in Stale], "default": Stale.REMOVE.value},
        "lint_others": {"type": "bool", "default": False},
        "delete_percent": {"type": "int", "default": ChangeLimit().delete_percent},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Ansible's result."""
        topology = load_topology(str(args["topology"])).topology
        documents = openbao_documents(topology)
        if topology.openbao.namespace is None:
            require_separation(openbao, documents)
        store = PolicyStore(openbao, documents.names, Stale(args["stale"]))
        limit, check = ChangeLimit(args["delete_percent"]), self._task.check_mode
        done = reconcile(store, documents.policies, State(args["state"]), check=check, limit=limit)
        return {**done, "findings": [str(finding) for finding in store.findings(others=args["lint_others"])]}
