# SPDX-License-Identifier: GPL-3.0-or-later
"""Asks the endpoints of every asset for their health, from the controller. Changes nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.answer import endpoint_health
from ansible_collections.fractalops.infra.plugins.plugin_utils.health.endpoint import endpoints
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.topology import TopologyTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology


class ActionModule(TopologyTask):
    """Topology to answers."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "ca_file": {"type": "path"},
        "within_seconds": {"type": "int", "default": 5},
    }

    def told(self, loaded: LoadedTopology, args: dict[str, Any]) -> dict[str, Any]:
        """One answer for each endpoint."""
        if not 1 <= args["within_seconds"] <= 60:
            raise InfraError("within_seconds: out of range; give 1 to 60 seconds")
        ca_file = str(args["ca_file"]) if args["ca_file"] else None
        answers = endpoint_health(endpoints(loaded.topology), ca_file, args["within_seconds"])
        return {"changed": False, "endpoints": answers}
