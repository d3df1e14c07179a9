# SPDX-License-Identifier: GPL-3.0-or-later
"""Imports a file of plain-text secrets and gives it back with refs."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.imported_secrets import import_values, refs_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.values_file import read_values
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask, mount_of


class ActionModule(OpenBaoTask):
    """Write what differs, read all of it back, say what may be destroyed; the file itself stays."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {"src": {"type": "path", "required": True}}

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """The refs as text, ready for the place the values stood in."""
        source, mount = str(args["src"]), mount_of(args)
        values = read_values(source, mount)
        done = import_values(openbao, mount, values, check=self._task.check_mode)
        return {
            "changed": bool(done.diff),
            "diff": list(done.diff),
            "secrets": list(done.rows),
            "refs": refs_text(mount, values),
            "destroyable": [source] if done.is_verified else [],
        }
