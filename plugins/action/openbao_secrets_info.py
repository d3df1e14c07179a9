# SPDX-License-Identifier: GPL-3.0-or-later
"""Says how secrets stand without reading one."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import consumers, declared_secrets
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.inspection import inspect
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask, plain
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology


class ActionModule(OpenBaoTask):
    """Metadata and key names only: a role that cannot read values is enough, and the right one."""

    _supports_diff = False
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "topology": {"type": "path", "required": True},
        "pinned_refs": {"type": "dict", "default": {}},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Every secret and ref of the topology, and the hosts that are behind."""
        topology = load_topology(str(args["topology"])).topology
        found = inspect(
            openbao,
            consumers(topology),
            declared_secrets(topology),
            plain(args["pinned_refs"]),
            dt.datetime.now(dt.UTC),
        )
        return {
            "changed": False,
            "secrets": list(found.secrets),
            "refs": list(found.refs),
            "behind": list(found.behind),
        }
