# SPDX-License-Identifier: GPL-3.0-or-later
"""Who references which secrets: paths below the mount, by consumer."""

from __future__ import annotations

from collections.abc import Iterable

from ..secret_ref import SecretRef
from ..topology.model.topology import Topology
from ..topology.rules.assets import kubernetes_assets, lxc_assets
from ..topology.rules.openbao import scope_secrets
from ..topology.rules.references import secret_refs

Paths = frozenset[str]


def paths_by_host(topology: Topology) -> dict[str, Paths]:
    """Hosts that read a secret."""
    found = {
        name: _paths(ref for service in asset.services.values() for ref in service.credentials.values())
        for name, asset in lxc_assets(topology)
    }
    return {name: paths for name, paths in sorted(found.items()) if paths}


def paths_by_cluster(topology: Topology) -> dict[str, Paths]:
    """Clusters in which a secret is read."""
    found: dict[str, set[str]] = {}
    for _name, asset in kubernetes_assets(topology):
        found.setdefault(asset.binding.cluster, set()).update(_paths(asset.helm.secrets.values()))
    return {name: frozenset(paths) for name, paths in sorted(found.items()) if paths}


def namespaces_with_secrets(topology: Topology, cluster: str) -> list[str]:
    """Namespaces of a cluster in which a secret is read, sorted."""
    assets = (asset for _name, asset in kubernetes_assets(topology) if asset.binding.cluster == cluster)
    return sorted({asset.binding.namespace for asset in assets if asset.helm.secrets})


def declared_paths(topology: Topology) -> Paths:
    """Secrets that a scope declares."""
    return frozenset(full for _path, full, _secret in scope_secrets(topology))


def fleet_paths(topology: Topology) -> Paths:
    """The two documents of the fleet, if there is one."""
    fleet = topology.fleet
    return frozenset() if fleet is None else frozenset({fleet.deploy_config.path, fleet.deploy_secrets.path})


def known_paths(topology: Topology) -> Paths:
    """Everything the topology knows to be in the mount."""
    return _paths(ref for _path, ref in secret_refs(topology)) | declared_paths(topology) | fleet_paths(topology)


def known_folders(topology: Topology) -> Paths:
    """Folders that hold something we know, and the paths of scopes."""
    parents = {path.rpartition("/")[0] for path in known_paths(topology)}
    return frozenset(parents - {""}) | {scope.path for scope in topology.openbao.scopes.values()}


def _paths(refs: Iterable[str]) -> Paths:
    return frozenset(SecretRef.parse(ref).path for ref in refs)
