# SPDX-License-Identifier: GPL-3.0-or-later
"""Says what a topology says: names, descriptors, derived values, explanations and pictures. Changes nothing."""

from __future__ import annotations

from typing import Any, ClassVar

from ansible_collections.fractalops.infra.plugins.plugin_utils.graph import FORMATS, draw
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.topology import TopologyTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import LoadedTopology
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.dotted_path import parsed_path
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.explanation import explain, explanation_data
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.overview import topology_overview


class ActionModule(TopologyTask):
    """Topology to plain data."""

    ARGUMENTS: ClassVar[dict[str, Any]] = {
        "explain": {"type": "list", "elements": "str", "default": []},
        "graph": {"type": "list", "elements": "str", "choices": list(FORMATS), "default": []},
    }

    def told(self, loaded: LoadedTopology, args: dict[str, Any]) -> dict[str, Any]:
        """All that was asked for."""
        paths = [parsed_path(str(path)) for path in args["explain"]]
        return {
            "changed": False,
            **topology_overview(loaded.topology),
            "explanations": [explanation_data(explain(loaded, path)) for path in paths],
            "graph": {str(form): draw(loaded.topology, str(form)) for form in args["graph"]},
            "advice": [str(found) for found in loaded.advice],
            "violations": [],
            "violations_count": 0,
        }
