# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the overlay of one cluster into a git work tree on the controller."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleActionFail
from ansible.plugins.action import ActionBase
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import (
    kubernetes_documents,
    overlay_folder,
    yaml_text,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import ChangeLimit, Result, State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import OwnedFolder, WorkTree

COMMENT = "Written from the topology by fractalops.infra.kubernetes_tree; change the topology, not this file."
ARGUMENTS = {
    "topology": {"type": "path", "required": True},
    "cluster": {"type": "str", "required": True},
    "tree": {"type": "path", "required": True},
    "state": {"type": "str", "choices": [state.value for state in State], "default": State.PRESENT.value},
    "delete_percent": {"type": "int", "default": ChangeLimit().delete_percent},
}


class ActionModule(ActionBase):
    """Topology to documents to plan to tree; the target host is never contacted."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_diff = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        super().run(tmp, task_vars)
        _validation, args = self.validate_argument_spec(ARGUMENTS)  # type: ignore[no-untyped-call]  # ansible-core has no types
        try:
            cluster = str(args["cluster"])  # without Ansible's tags, which a YAML writer does not know
            topology = load_topology(str(args["topology"])).topology
            if cluster not in topology.clusters:
                raise InfraError(f"clusters: there is no {cluster!r}; name one of {sorted(topology.clusters)}")
            folder = overlay_folder(topology.clusters[cluster])
            store = OwnedFolder(WorkTree.at(str(args["tree"])), folder, cluster)
            documents = kubernetes_documents(topology, cluster)
            desired = {document.path: yaml_text(document.content, COMMENT) for document in documents}
            limit = ChangeLimit(args["delete_percent"])
            done = reconcile(store, desired, State(args["state"]), check=self._task.check_mode, limit=limit)
        except InfraError as error:
            raise AnsibleActionFail(str(error)) from None
        except OSError as error:
            raise AnsibleActionFail(f"{error.filename}: {error.strerror}; nothing was changed, run again") from None
        return _told(done, folder)


def _told(done: Result, folder: str) -> dict[str, Any]:
    """Ansible's result, in the words of a tree."""
    counts = done["counts"]
    return {
        "changed": done["changed"],
        "diff": done["diff"],
        "counts": {
            "written": counts["created"] + counts["updated"],
            "pruned": counts["deleted"],
            "unchanged": counts["unchanged"],
        },
        "path": folder,
    }
