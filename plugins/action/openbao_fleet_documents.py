# SPDX-License-Identifier: GPL-3.0-or-later
"""Puts the config document of the fleet and proves that its secrets can be read."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv import document_text, fleet_documents, toml_content
from ansible_collections.fractalops.infra.plugins.plugin_utils.kv_store.fleet_sync import sync_fleet
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao import OpenBao
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.openbao import OpenBaoTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology, load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.schema.schema_folder import SchemaFolder
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.violation import dotted


class ActionModule(OpenBaoTask):
    """One typed document in, its bytes read back; of the secrets only refs come out."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "topology": {"type": "path", "required": True},
        "config_toml": {"type": "path"},
    }

    def told(self, openbao: OpenBao, args: dict[str, Any]) -> dict[str, Any]:
        """Nothing to do without a fleet."""
        loaded = load_topology(str(args["topology"]))
        documents = fleet_documents(loaded.topology)
        if documents is None:
            return {"changed": False, "skipped": True, "skip_reason": "the topology has no fleet"}
        content = _imported(loaded, str(args["config_toml"])) if args["config_toml"] else documents.config_content
        sync = sync_fleet(openbao, documents, document_text(content), check=self._task.check_mode)
        return {
            "changed": sync.result["changed"],
            "diff": sync.result["diff"],
            "config": sync.config,
            "config_version": sync.config_version,
            "content": content,
            "is_verified": sync.is_verified,
            "secrets": list(sync.secrets),
        }


def _imported(loaded: LoadedTopology, file: str) -> dict[str, Any]:
    """The content of a TOML file, if it satisfies the schema of the topology's document. Raises InfraError."""
    try:
        content = toml_content(file, Path(file).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise InfraError(f"{file}: cannot be read as UTF-8 text; name a TOML file") from None
    fleet = loaded.topology.fleet
    schema = fleet.deploy_config.schema_file if fleet else ""
    misfits = SchemaFolder(loaded.folder).misfits(schema, content)
    reasons = [f"{file}: {dotted(misfit.path)}: {misfit.what}; {misfit.hint}" for misfit in misfits]
    if reasons:
        raise InfraError("\n".join(reasons))
    return content
