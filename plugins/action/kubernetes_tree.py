# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the overlay of one cluster into a git work tree on the controller."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.kubernetes import (
    OtherDeliveryError,
    kubernetes_documents,
    overlay_folder,
)
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.document import Document
from ansible_collections.fractalops.infra.plugins.plugin_utils.manifest.yaml_writer import yaml_text
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import ChangeLimit, Result, State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.topology import TopologyTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import OwnedFolder, WorkTree

#: What bootstrap has of a cluster: never read, written or compared.
BOOTSTRAP = ("flux-system",)
COMMENT = "Written from the topology by fractalops.infra.kubernetes_tree; change the topology, not this file."


class ActionModule(TopologyTask):
    """Topology to documents to plan to tree."""

    _supports_diff = True
    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "cluster": {"type": "str", "required": True},
        "tree": {"type": "path", "required": True},
        "state": {"type": "str", "choices": [state.value for state in State], "default": State.PRESENT.value},
        "delete_percent": {"type": "int", "default": ChangeLimit().delete_percent},
    }

    def told(self, loaded: LoadedTopology, args: dict[str, Any]) -> dict[str, Any]:
        """What was written and pruned, or would be."""
        cluster = str(args["cluster"])  # without Ansible's tags, which a YAML writer does not know
        topology = loaded.topology
        if cluster not in topology.clusters:
            raise InfraError(f"clusters: there is no {cluster!r}; name one of {sorted(topology.clusters)}")
        desired = {document.path: yaml_text(document.content, COMMENT) for document in _documents(loaded, cluster)}
        folder = overlay_folder(topology.clusters[cluster])
        store = OwnedFolder(WorkTree.at(str(args["tree"])), folder, cluster, skip=BOOTSTRAP)
        limit, check = ChangeLimit(args["delete_percent"]), self._task.check_mode
        return _told(reconcile(store, desired, State(args["state"]), check=check, limit=limit), folder)


def _documents(loaded: LoadedTopology, cluster: str) -> tuple[Document, ...]:
    """Every document of the cluster. Raises InfraError that names the line when no tree is written for it."""
    try:
        return kubernetes_documents(loaded.topology, cluster)
    except OtherDeliveryError as error:
        raise InfraError(f"{loaded.where(error.path)} {error}") from None


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
