# SPDX-License-Identifier: GPL-3.0-or-later
"""Brings the secrets of scopes to what the topology declares."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import declared_secrets
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.scope_sync import ScopeSync, sync_scopes
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology


class ActionModule(OpenBaoTask):
    """What has a recipe is made; what has none is asked for. No value is read."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "topology": {"type": "path", "required": True},
        "scopes": {"type": "list", "elements": "str", "default": []},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """A result that is failed when somebody still has to write something."""
        topology = load_topology(str(args["topology"])).topology
        declared = declared_secrets(topology, [str(name) for name in args["scopes"]])
        sync = sync_scopes(openbao, declared, check=self._task.check_mode)
        told = {
            "changed": bool(sync.diff),
            "diff": list(sync.diff),
            "secrets": list(sync.rows),
            "missing": sync.missing,
        }
        reasons = _reasons(sync)
        return {**told, "failed": True, "msg": "\n".join(reasons)} if reasons else told


def _reasons(sync: ScopeSync) -> list[str]:
    """Everything that keeps the scopes from being complete."""
    missing = [f"{ref}: is missing and has no recipe; write it with openbao_kv_secret" for ref in sync.missing]
    return [*sync.failures, *missing]
