# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies, derived from who references what: each consumer reads exactly its refs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..topology.model.topology import Topology
from .names import Names
from .policy import ACCESSOR, Policy
from .reference import (
    declared_paths,
    fleet_paths,
    known_folders,
    known_paths,
    paths_by_cluster,
    paths_by_host,
)

#: What a run with one login does to its own token; the default policy would allow this and more.
OWN_TOKEN = (("auth/token/lookup-self", "read"), ("auth/token/revoke-self", "update"))
_WRITES = ("create", "patch", "read", "update")
Granted = Iterator[tuple[str, str]]


def policies(topology: Topology, names: Names) -> tuple[Policy, ...]:
    """Every policy of the topology, sorted by name; one that would allow nothing is left out."""
    made = [Policy.of(name, names.prefix, granted) for name, granted in _granted(topology, names)]
    return tuple(sorted((policy for policy in made if policy.grants), key=lambda policy: policy.name))


def _granted(topology: Topology, names: Names) -> Iterator[tuple[str, Iterable[tuple[str, str]]]]:
    mount, hosts = topology.openbao.mount, paths_by_host(topology)
    everywhere = {path for paths in hosts.values() for path in paths}
    own = _own_token(topology)
    for host, paths in hosts.items():
        yield names.of("host", host), _data(mount, paths, "read")
    for cluster, paths in paths_by_cluster(topology).items():
        yield names.of("cluster", cluster), _data(mount, paths, "read")
    yield names.of("controller"), [*_data(mount, everywhere, "read"), *(own if everywhere else ())]
    yield names.of("status"), [*_blind(mount, known_paths(topology), known_folders(topology)), *own]
    written = declared_paths(topology) | fleet_paths(topology)
    yield names.of("writer"), [*_written(mount, written), *(own if written else ())]
    yield names.of("fleet"), _data(mount, fleet_paths(topology), "read")
    yield names.of("device"), _device(topology)


def _own_token(topology: Topology) -> tuple[tuple[str, str], ...]:
    auth = topology.openbao.auth
    return OWN_TOKEN if auth.method == "token_file" or auth.session == "login" else ()


def _data(mount: str, paths: Iterable[str], *capabilities: str) -> Granted:
    return ((f"{mount}/data/{path}", capability) for path in paths for capability in capabilities)


def _blind(mount: str, paths: Iterable[str], folders: Iterable[str]) -> Granted:
    """That secrets exist, how old they are and which keys they have; no value."""
    for path in paths:
        yield f"{mount}/metadata/{path}", "read"
        yield f"{mount}/subkeys/{path}", "read"
    for folder in folders:
        yield f"{mount}/metadata/{folder}", "list"


def _written(mount: str, paths: Iterable[str]) -> Granted:
    """Writing needs the current version and the keys there are, before it asks for a value."""
    for path in paths:
        yield from ((f"{mount}/data/{path}", capability) for capability in _WRITES)
        yield f"{mount}/metadata/{path}", "read"
        yield f"{mount}/subkeys/{path}", "read"


def _device(topology: Topology) -> Granted:
    """A device's own document. The server refuses names with a slash or a wildcard in a template (measured, 2.7.2)."""
    devices = topology.fleet.devices if topology.fleet else None
    if devices is not None:
        own = f"{{{{identity.entity.aliases.{ACCESSOR.format(devices.auth.path)}.name}}}}"
        yield f"{topology.openbao.mount}/data/{devices.path}/{own}", "read"
