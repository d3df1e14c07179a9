# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the shared services that assets need."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..model.runtime_asset import KubernetesAsset
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .references import known_name
from .urls import cluster_name


def named_assets_exist(topology: Topology) -> Iterator[Violation]:
    """Sections that name an asset name one of this topology."""
    for path, name in named_assets(topology):
        yield from known_name("asset", name, topology.runtime_assets, path)


def machines_reach_dependencies_at_an_executor_url(topology: Topology) -> Iterator[Violation]:
    """What machines depend on has an executor URL: neither the public nor the internal one stands in for it."""
    for path, name in _used_by_machines(topology):
        asset = topology.runtime_assets.get(name)
        if asset is not None and asset.endpoints.executor_url is None:
            hint = f"add endpoints.executor_url to {name!r}"
            yield Violation(path, f"{name!r} has no executor URL", hint, first=("runtime_assets", name))


def temporal_is_reached_at_a_port(topology: Topology) -> Iterator[Violation]:
    """Workers dial host and port of Temporal, so its executor URL says the port."""
    temporal = topology.runtime_dependencies.temporal
    asset = topology.runtime_assets.get(temporal.asset) if temporal else None
    url = asset.endpoints.executor_url if asset else None
    if temporal is not None and url is not None and urlsplit(url).port is None:
        path = ("runtime_assets", temporal.asset, "endpoints", "executor_url")
        yield Violation(path, "Temporal is dialled at a port, and there is none", "add it, such as :7233")


def postgres_is_reached_in_its_namespace(topology: Topology) -> Iterator[Violation]:
    """The internal URL of PostgreSQL names its Service in the namespace of its asset, and its port."""
    postgres = topology.runtime_dependencies.postgres
    asset = topology.runtime_assets.get(postgres.asset) if postgres else None
    if postgres is None or not isinstance(asset, KubernetesAsset):
        return
    path: Path = ("runtime_assets", postgres.asset, "endpoints", "internal_url")
    namespace, url = asset.binding.namespace, asset.endpoints.internal_url
    wanted = f"http://<service>.{namespace}.svc:{postgres.port}"
    if url is None:
        yield Violation(path, "PostgreSQL has no internal URL", f"add it: {wanted}")
        return
    labels = (cluster_name(urlsplit(url).hostname or "") or "").split(".")
    if len(labels) != 3 or labels[1] != namespace or urlsplit(url).port != postgres.port:
        yield Violation(path, "this is not a Service of PostgreSQL's namespace and port", f"write {wanted}")


def named_assets(topology: Topology) -> Iterator[tuple[Path, str]]:
    """Every asset that a section names, with the path of the name; PostgreSQL has a rule of its own."""
    profiles, identity = topology.service_profiles, topology.identity_plane
    for name in ("portal", "github_runner"):
        profile = getattr(profiles, name)
        if profile is not None:
            yield ("service_profiles", name, "asset"), profile.asset
    if identity is not None and identity.authorization is not None:
        yield ("identity_plane", "authorization", "asset"), identity.authorization.asset
    yield from _dependencies(topology)
    for number, connector in enumerate(topology.connector_inventory):
        yield ("connector_inventory", number, "asset"), connector.asset


def _dependencies(topology: Topology) -> Iterator[tuple[Path, str]]:
    for name in ("temporal", "daytona", "langboard"):
        dependency = getattr(topology.runtime_dependencies, name)
        if dependency is not None:
            yield ("runtime_dependencies", name, "asset"), dependency.asset


def _used_by_machines(topology: Topology) -> Iterator[tuple[Path, str]]:
    yield from _dependencies(topology)
    for number, connector in enumerate(topology.connector_inventory):
        if (connector.connector_mode or connector.integration_mode) != "scim" or connector.scim_base_url is None:
            yield ("connector_inventory", number, "asset"), connector.asset
