# SPDX-License-Identifier: GPL-3.0-or-later
"""From a topology to its graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from ..topology.model.endpoints import Endpoints
from ..topology.model.postgres import Postgres
from ..topology.model.topology import Topology
from ..topology.rules.assets import external_assets, kubernetes_assets, lxc_assets
from ..topology.rules.references import secret_refs
from .box import SECTIONS_WITH_BOXES, asset_id, connector_id, dependency_id, section_id
from .graph import Box, Graph, Kind, Place
from .link import links
from .scope import secret_scopes


def topology_graph(topology: Topology) -> Graph:
    """Everything that has a place, sorted by name, and what links it."""
    shared = (
        Place("dependencies", "Dependencies", ("what assets need at run time",), _sorted(_dependencies(topology))),
        Place("connectors", "Connectors", ("connections to other systems",), _sorted(_connectors(topology))),
        Place("integrations", "Integrations", ("reached, never deployed",), _sorted(_integrations(topology))),
        Place("sections", "Sections", ("parts of the topology that hold refs",), _sorted(_sections(topology))),
        Place("scopes", "Secret scopes", (f"OpenBao, KV mount {topology.openbao.mount}",), tuple(_scopes(topology))),
    )
    return Graph(
        profile=topology.profile,
        hosts=tuple(_nodes(topology)),
        shared=tuple(place for place in shared if place.boxes),
        clusters=tuple(_clusters(topology)),
        links=links(topology),
    )


def _nodes(topology: Topology) -> Iterator[Place]:
    for node_name, node in sorted(topology.nodes.items()):
        boxes = (
            Box(asset_id(name), Kind.LXC, name, (asset.role, asset.binding.address), tuple(asset.services))
            for name, asset in lxc_assets(topology)
            if asset.binding.node == node_name
        )
        yield Place(f"node-{node_name}", node_name, ("LXC node", node.address), _sorted(boxes))


def _clusters(topology: Topology) -> Iterator[Place]:
    for cluster in sorted(topology.clusters):
        boxes = (
            Box(asset_id(name), Kind.KUBERNETES, name, (asset.role, asset.binding.namespace))
            for name, asset in kubernetes_assets(topology)
            if asset.binding.cluster == cluster
        )
        yield Place(f"cluster-{cluster}", cluster, ("Kubernetes cluster",), _sorted(boxes))


def _dependencies(topology: Topology) -> Iterator[Box]:
    for name, dependency in topology.runtime_dependencies:
        if dependency is not None:
            detail = f"database {dependency.database}" if isinstance(dependency, Postgres) else "shared service"
            yield Box(dependency_id(name), Kind.DEPENDENCY, name, (detail,))


def _connectors(topology: Topology) -> Iterator[Box]:
    for connector in topology.connector_inventory:
        mode = connector.connector_mode or connector.integration_mode
        details = (connector.kind, mode) if mode else (connector.kind,)
        yield Box(connector_id(connector.id), Kind.CONNECTOR, connector.id, details)


def _sections(topology: Topology) -> Iterator[Box]:
    for name in {str(path[0]) for path, _ref in secret_refs(topology)} - SECTIONS_WITH_BOXES:
        yield Box(section_id(name), Kind.SECTION, name, ())


def _integrations(topology: Topology) -> Iterator[Box]:
    for name, asset in external_assets(topology):
        yield Box(asset_id(name), Kind.INTEGRATION, name, (_host(asset.endpoints),))


def _scopes(topology: Topology) -> Iterator[Box]:
    for scope in secret_scopes(topology):
        yield Box(scope.id, Kind.SCOPE, scope.path, (), scope.keys)


def _host(endpoints: Endpoints) -> str:
    """Where consumers reach an integration, machines first."""
    url = endpoints.executor_url or endpoints.public_url or endpoints.internal_url or endpoints.local_url
    return urlsplit(url or "").netloc


def _sorted(boxes: Iterable[Box]) -> tuple[Box, ...]:
    return tuple(sorted(boxes, key=lambda box: box.name))
