# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about the auth mounts and roles of OpenBao that the topology names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..model.topology import Topology
from ..position import Path
from ..violation import Violation

#: AppRole roles made beside the one of the fleet; each is ``<prefix>-<name>``.
OWN_APPROLES = ("controller", "status", "writer")


@dataclass(frozen=True, slots=True)
class NamedRole:
    """Where the topology says how somebody logs in."""

    path: Path
    method: str
    mount: str
    role: str | None


def named_roles(topology: Topology) -> Iterator[NamedRole]:
    """Every login the topology speaks of: of the controller, the clusters, the fleet and its devices."""
    auth = topology.openbao.auth
    if auth.method != "token_file":
        role = None if auth.method == "approle" else auth.role
        yield NamedRole(("openbao", "auth"), auth.method, auth.path, role)
    for name, cluster in topology.clusters.items():
        store = cluster.secret_store
        yield NamedRole(("clusters", name, "secret_store"), store.method, store.path, store.role)
    if topology.fleet is not None:
        fleet = topology.fleet.environment.auth
        yield NamedRole(("fleet", "environment", "auth"), fleet.method, fleet.path, fleet.role)
        if topology.fleet.devices is not None:
            device = topology.fleet.devices.auth
            yield NamedRole(("fleet", "devices", "auth"), "jwt", device.path, device.role)


def auth_mounts_are_of_one_method(topology: Topology) -> Iterator[Violation]:
    """A mount serves one auth method, and never that of tokens, which OpenBao keeps for itself."""
    first: dict[str, NamedRole] = {}
    for named in named_roles(topology):
        path, owner = (*named.path, "path"), first.setdefault(named.mount, named)
        if named.mount == "token":
            yield Violation(path, "this mount is reserved by OpenBao", "name a mount of your own")
        elif owner.method != named.method:
            what = f"this is a mount of {owner.method}, not of {named.method}"
            yield Violation(path, what, "name another mount", first=(*owner.path, "path"))


def auth_roles_are_for_one_kind_of_caller(topology: Topology) -> Iterator[Violation]:
    """Two callers never share a role: each would read what the other may."""
    first: dict[tuple[str, str | None], NamedRole] = {}
    for named in named_roles(topology):
        owner = first.setdefault((named.mount, named.role), named)
        if named.role is not None and owner is not named:
            what, path = f"role {named.role!r} of this mount is taken", (*named.path, "role")
            yield Violation(path, what, "choose another role", first=(*owner.path, "role"))


def approles_carry_the_prefix(topology: Topology) -> Iterator[Violation]:
    """An AppRole role of the fleet is one of ours, told apart by its name."""
    administration, fleet = topology.openbao.administration, topology.fleet
    if administration is None or fleet is None or fleet.environment.auth.method != "approle":
        return
    wanted = f"{administration.prefix}-fleet"
    if fleet.environment.auth.role != wanted:
        path = ("fleet", "environment", "auth", "role")
        yield Violation(path, "an AppRole role without the prefix of ours", f"write {wanted}")
