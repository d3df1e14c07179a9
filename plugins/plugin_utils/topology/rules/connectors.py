# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about connections to other systems."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation


def connector_ids_are_unique(topology: Topology) -> Iterator[Violation]:
    """Two connections never have the same id."""
    first: dict[str, int] = {}
    for number, connector in enumerate(topology.connector_inventory):
        owner = first.setdefault(connector.id, number)
        if owner != number:
            other = ("connector_inventory", owner, "id")
            what = f"connector {connector.id!r} exists already"
            yield Violation(("connector_inventory", number, "id"), what, "choose another id", first=other)


def connectors_run_in_one_mode(topology: Topology) -> Iterator[Violation]:
    """Either the connector or the integration says how a connection runs."""
    for number, connector in enumerate(topology.connector_inventory):
        if connector.connector_mode is not None and connector.integration_mode is not None:
            path = ("connector_inventory", number, "integration_mode")
            first = ("connector_inventory", number, "connector_mode")
            yield Violation(path, "connector_mode is given too", "keep one of them", first=first)


def runtime_gateway_is_for_gateways(topology: Topology) -> Iterator[Violation]:
    """Only a gateway connector runs as a runtime gateway."""
    for number, connector in enumerate(topology.connector_inventory):
        for key in ("connector_mode", "integration_mode"):
            if getattr(connector, key) == "runtime_gateway" and connector.kind != "gateway":
                what = f"a {connector.kind} connector is no gateway"
                first = ("connector_inventory", number, "kind")
                hint = "use kind gateway, or another mode"
                yield Violation(("connector_inventory", number, key), what, hint, first=first)


def nexus_connectors_have_both_urls(topology: Topology) -> Iterator[Violation]:
    """A Nexus has a URL and a SCIM base URL; neither stands in for the other."""
    for number, connector in enumerate(topology.connector_inventory):
        for key in ("url", "scim_base_url"):
            if connector.kind == "nexus" and getattr(connector, key) is None:
                yield Violation(("connector_inventory", number, key), "a Nexus needs it", "add it")


def only_nexus_connectors_have_a_url(topology: Topology) -> Iterator[Violation]:
    """Every other connection uses the executor URL of its asset."""
    for number, connector in enumerate(topology.connector_inventory):
        if connector.kind != "nexus" and connector.url is not None:
            path = ("connector_inventory", number, "url")
            yield Violation(path, "only a Nexus has a URL of its own", f"remove it: {connector.asset!r} has the URLs")
