# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts that the topology needs: its KV mount, and every auth mount it names."""

from __future__ import annotations

from ..topology.model.openbao import Administration
from ..topology.model.topology import Topology
from ..topology.rules.auth_roles import named_roles
from .mount import AUTH, KV, Mount


def mounts(topology: Topology, administration: Administration) -> tuple[Mount, ...]:
    """Sorted by name. How an auth mount trusts a cluster or an issuer is not in the topology, nor is it touched."""
    said = {"max_versions": administration.max_versions, "cas_required": administration.cas_required}
    config = {name: value for name, value in said.items() if value is not None}
    found = {Mount(KV, topology.openbao.mount, "kv", config).name: Mount(KV, topology.openbao.mount, "kv", config)}
    for named in named_roles(topology):
        mount = Mount(AUTH, named.mount, named.method)
        found[mount.name] = mount
    return tuple(found[name] for name in sorted(found))
