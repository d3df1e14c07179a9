# SPDX-License-Identifier: GPL-3.0-or-later
"""Filter: the descriptor of a runtime asset. Documented in runtime_asset.yml."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError

try:
    from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
    from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology
    from ansible_collections.fractalops.infra.plugins.plugin_utils.topology.descriptor import asset_descriptor
except ImportError as error:
    # ansible-doc loads filters to list them, on machines without our libraries too.
    MISSING_LIBRARY: str | None = error.name
else:
    MISSING_LIBRARY = None


def runtime_asset(asset: Any, topology: Any) -> Any:
    """One descriptor for an id, a list of them for a list; the topology is loaded once either way."""
    if MISSING_LIBRARY:
        raise AnsibleFilterError(f"runtime_asset: Python library {MISSING_LIBRARY} is missing; install it")
    ids = [asset] if isinstance(asset, str) else asset
    if not isinstance(ids, list | tuple) or not all(isinstance(one, str) for one in ids):
        raise AnsibleFilterError("runtime_asset: needs the id of an asset, or a list of ids; write 'portal'")
    if not isinstance(topology, str):
        raise AnsibleFilterError("runtime_asset: needs the path of a topology; write topology_source")
    try:
        loaded = load_topology(str(topology))
        # str() takes Ansible's tags off: no descriptor is more trusted than the topology.
        found = [asset_descriptor(loaded.topology, str(one)) for one in ids]
    except InfraError as error:
        raise AnsibleFilterError(f"runtime_asset: {error}") from None
    return found[0] if isinstance(asset, str) else found


class FilterModule:
    """Ansible's edge."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        """Filters by name."""
        return {"runtime_asset": runtime_asset}
