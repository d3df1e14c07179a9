# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is linked to what: one generator per reason, named as a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..topology.model.topology import Topology
from ..topology.position import Path
from ..topology.rules.assets import external_assets
from .box import asset_id, box_of, connector_id, dependency_id
from .graph import Link, Meaning
from .scope import Scope, secret_scopes

Reason = Callable[[Topology, tuple[Scope, ...]], Iterator[Link]]


def links(topology: Topology) -> tuple[Link, ...]:
    """Every link once, sorted by its ends."""
    scopes = secret_scopes(topology)
    found = {link for reason in REASONS for link in reason(topology, scopes)}
    return tuple(sorted(found, key=lambda link: (link.source, link.target, link.meaning.value)))


def holders_of_a_ref_read_its_scope(_topology: Topology, scopes: tuple[Scope, ...]) -> Iterator[Link]:
    """A holder of a ref reads the KV path of the ref."""
    for scope in scopes:
        yield from (Link(box_of(reader), scope.id, Meaning.READS) for reader in scope.readers)


def readers_of_the_postgres_password_need_postgres(topology: Topology, scopes: tuple[Scope, ...]) -> Iterator[Link]:
    """An asset that reads the KV path of the password is a consumer of PostgreSQL."""
    postgres = topology.runtime_dependencies.postgres
    if postgres is not None:
        consumers = _owned_readers(topology, scopes, ("runtime_dependencies", "postgres", "password"))
        for consumer in consumers - {asset_id(postgres.asset)}:
            yield Link(consumer, dependency_id("postgres"), Meaning.NEEDS)


def readers_of_the_secret_of_an_integration_need_it(topology: Topology, scopes: tuple[Scope, ...]) -> Iterator[Link]:
    """An asset that reads the KV path an integration authenticates with is a consumer of it."""
    for name, _asset in external_assets(topology):
        for consumer in _owned_readers(topology, scopes, ("runtime_assets", name, "auth", "secret")):
            yield Link(consumer, asset_id(name), Meaning.NEEDS)


def dependencies_lead_to_their_asset(topology: Topology, _scopes: tuple[Scope, ...]) -> Iterator[Link]:
    """A shared service is one of the assets."""
    for name, dependency in topology.runtime_dependencies:
        if dependency is not None:
            yield Link(dependency_id(name), asset_id(dependency.asset), Meaning.LEADS_TO)


def connectors_lead_to_their_asset(topology: Topology, _scopes: tuple[Scope, ...]) -> Iterator[Link]:
    """A connector names the asset it connects to."""
    for connector in topology.connector_inventory:
        yield Link(connector_id(connector.id), asset_id(connector.asset), Meaning.LEADS_TO)


REASONS: tuple[Reason, ...] = (
    holders_of_a_ref_read_its_scope,
    readers_of_the_postgres_password_need_postgres,
    readers_of_the_secret_of_an_integration_need_it,
    dependencies_lead_to_their_asset,
    connectors_lead_to_their_asset,
)


def _owned_readers(topology: Topology, scopes: tuple[Scope, ...], path: Path) -> set[str]:
    """Boxes of the assets we own that read the scope of the ref at ``path``."""
    integrations = {asset_id(name) for name, _asset in external_assets(topology)}
    readers = {reader for scope in scopes if path in scope.readers for reader in scope.readers}
    return {box_of(reader) for reader in readers if reader[0] == "runtime_assets"} - integrations
