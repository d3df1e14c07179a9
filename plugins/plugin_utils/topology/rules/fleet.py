# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the documents of the fleet platform."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation
from .repeated import repeated_items


def fleet_documents_are_apart(topology: Topology) -> Iterator[Violation]:
    """Config and secrets of the fleet are two documents, so that one can be read without the other."""
    fleet = topology.fleet
    if fleet is not None and fleet.deploy_config.path == fleet.deploy_secrets.path:
        path, first = ("fleet", "deploy_secrets", "path"), ("fleet", "deploy_config", "path")
        yield Violation(path, "this is the path of deploy_config", "choose another path", first=first)


def fleet_keys_are_listed_once(topology: Topology) -> Iterator[Violation]:
    """A key of the secrets document is listed once."""
    keys = topology.fleet.deploy_secrets.keys if topology.fleet else ()
    yield from repeated_items(("fleet", "deploy_secrets", "keys"), keys)
