# SPDX-License-Identifier: GPL-3.0-or-later
"""The documents of the fleet platform in OpenBao."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..secret_ref import SecretRef
from ..topology.model.topology import Topology

#: The one key of a typed document; the fleet's ConfigClient reads JSON text from it.
VALUE_KEY = "value"


@dataclass(frozen=True, slots=True)
class FleetDocuments:
    """The config document with its content, and the refs of the secrets document, of which only keys are known."""

    mount: str
    config_path: str
    config_content: dict[str, Any]
    secret_refs: tuple[str, ...]


def fleet_documents(topology: Topology) -> FleetDocuments | None:
    """The documents of the topology's fleet; None without one."""
    fleet, mount = topology.fleet, topology.openbao.mount
    if fleet is None:
        return None
    refs = sorted(str(SecretRef(mount, fleet.deploy_secrets.path, key)) for key in fleet.deploy_secrets.keys)
    return FleetDocuments(mount, fleet.deploy_config.path, fleet.deploy_config.content, tuple(refs))


def document_text(content: Any) -> str:
    """``content`` as JSON, the same bytes for the same content. Raises ValueError for NaN and infinity."""
    return json.dumps(content, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
