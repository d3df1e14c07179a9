# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON Schema of the topology, for editors; generated from the models and shipped beside this file."""

from __future__ import annotations

import json
from pathlib import Path

from .model.topology import Topology

SHIPPED = Path(__file__).with_name("topology.schema.json")


def topology_schema() -> str:
    """The schema as stable text: keys sorted, one final line break."""
    schema = Topology.model_json_schema(by_alias=True)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    return json.dumps(schema, indent=2, sort_keys=True) + "\n"
