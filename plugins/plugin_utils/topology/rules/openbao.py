# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about OpenBao: the way there, and who may read what."""

from __future__ import annotations

from collections.abc import Iterator

from ...secret_ref import SecretRef
from ..loopback import is_loopback
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from .references import secret_refs
from .repeated import repeated_items


def secrets_travel_encrypted(topology: Topology) -> Iterator[Violation]:
    """OpenBao is reached over https, unless it is on the same machine."""
    addresses: list[tuple[Path, str]] = [(("openbao", "address"), topology.openbao.address)]
    addresses += [(("clusters", name, "openbao_address"), c.openbao_address) for name, c in topology.clusters.items()]
    if topology.fleet is not None:
        addresses.append((("fleet", "environment", "address"), topology.fleet.environment.address))
    for path, address in addresses:
        if not address.startswith("https://") and not is_loopback(address):
            yield Violation(path, "secrets would travel in plain text", "use https")


def refs_lie_in_a_declared_scope(topology: Topology) -> Iterator[Violation]:
    """Once scopes are declared, a ref outside all of them could never be read."""
    paths = tuple(f"{scope.path}/" for scope in topology.openbao.scopes.values())
    for path, text in secret_refs(topology) if paths else ():
        if not f"{SecretRef.parse(text).path}/".startswith(paths):
            known = ", ".join(scope.removesuffix("/") for scope in paths[:8])
            yield Violation(path, "the ref lies in no scope", f"declare one under openbao.scopes; known are: {known}")


def capabilities_are_listed_once(topology: Topology) -> Iterator[Violation]:
    """A scope lists each capability once."""
    for name, scope in topology.openbao.scopes.items():
        yield from repeated_items(("openbao", "scopes", name, "capabilities"), scope.capabilities)


def scopes_have_a_path_of_their_own(topology: Topology) -> Iterator[Violation]:
    """Two scopes never speak of the same path: OpenBao would add up what they allow."""
    first: dict[str, str] = {}
    for name, scope in topology.openbao.scopes.items():
        owner = first.setdefault(scope.path, name)
        if owner != name:
            path, other = ("openbao", "scopes", name, "path"), ("openbao", "scopes", owner, "path")
            yield Violation(path, f"this is the path of {owner!r}", "keep one of them", first=other)


def token_lifetimes_are_in_order(topology: Topology) -> Iterator[Violation]:
    """A token never outlives its longest lifetime."""
    for name, scope in topology.openbao.scopes.items():
        if scope.token_ttl_seconds > scope.token_max_ttl_seconds:
            path: Path = ("openbao", "scopes", name, "token_ttl_seconds")
            what = f"{scope.token_ttl_seconds} s are more than token_max_ttl_seconds"
            yield Violation(path, what, f"write at most {scope.token_max_ttl_seconds}")
