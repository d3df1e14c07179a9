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


def device_documents_are_apart(topology: Topology) -> Iterator[Violation]:
    """No document of the fleet lies where one of a device may be: a device may choose its name."""
    fleet = topology.fleet
    if fleet is None or fleet.devices is None:
        return
    for name, document in (("deploy_config", fleet.deploy_config), ("deploy_secrets", fleet.deploy_secrets)):
        if f"{document.path}/".startswith(f"{fleet.devices.path}/"):
            path, first = ("fleet", name, "path"), ("fleet", "devices", "path")
            yield Violation(path, "a device could read this document", "choose a path outside", first=first)


def the_fleet_reads_where_we_write(topology: Topology) -> Iterator[Violation]:
    """Once we administer OpenBao, the fleet is sent to the namespace its documents and its role are in."""
    fleet, bao = topology.fleet, topology.openbao
    if fleet is None or bao.administration is None:
        return
    wanted = bao.namespace or "root"  # measured on 2.7.2: the name of the root namespace
    if fleet.environment.namespace != wanted:
        path = ("fleet", "environment", "namespace")
        yield Violation(path, "its documents are in another namespace", f"write {wanted}, or set openbao.namespace")
