# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about OpenBao: the way there, and who may read what."""

from __future__ import annotations

from collections.abc import Iterator

from ...secret_ref import RESERVED_MOUNTS, SCHEME, SecretRef
from ..facts.loopback import is_loopback
from ..model.openbao import PUBLIC_SUFFIX, ScopeSecret
from ..model.topology import Topology
from ..position import Path
from ..violation import Violation
from ..words.close_names import close_names
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
    for path, ref in _parsed_refs(topology) if paths else ():
        if not f"{ref.path}/".startswith(paths):
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


def refs_name_declared_keys(topology: Topology) -> Iterator[Violation]:
    """A ref into a declared secret names one of the keys it will have."""
    declared = {full: (path, secret) for path, full, secret in scope_secrets(topology)}
    for place, ref in _parsed_refs(topology):
        path, secret = declared.get(ref.path, ((), None))
        if secret is not None and ref.key not in secret.all_keys:
            what = f"the secret has no key {ref.key!r}"
            yield Violation(place, what, close_names(ref.key, secret.all_keys), first=path)


def scope_secrets_are_declared_once(topology: Topology) -> Iterator[Violation]:
    """A secret is declared in one scope, also where one scope lies inside another."""
    first: dict[str, Path] = {}
    for path, full, _secret in scope_secrets(topology):
        owner = first.setdefault(full, path)
        if owner != path:
            yield Violation(path, f"{full!r} is declared already", "keep one of them", first=owner, at_key=True)


def scope_secrets_have_keys(topology: Topology) -> Iterator[Violation]:
    """A declared secret has a key, and each key comes from one place."""
    for path, _full, secret in scope_secrets(topology):
        if not secret.all_keys:
            yield Violation(path, "a secret without keys", "name some under keys or generated")
        yield from repeated_items((*path, "keys"), secret.keys)
        for number, key in enumerate(secret.keys):
            if key in secret.generated:
                first = (*path, "generated", key)
                yield Violation((*path, "keys", number), f"{key!r} is generated", "remove it here", first=first)
        yield from _public_halves(path, secret)


def _public_halves(path: Path, secret: ScopeSecret) -> Iterator[Violation]:
    for key, recipe in secret.generated.items():
        public = f"{key}{PUBLIC_SUFFIX}"
        if recipe.type != "password" and (public in secret.generated or public in secret.keys):
            what = f"its public half is {public!r}, which is declared too"
            yield Violation((*path, "generated", key), what, "rename one of them", at_key=True)


def scope_secrets(topology: Topology) -> Iterator[tuple[Path, str, ScopeSecret]]:
    """Every declared secret: where it is declared, its path below the mount, and itself."""
    for name, scope in topology.openbao.scopes.items():
        for path, secret in scope.secrets.items():
            yield ("openbao", "scopes", name, "secrets", path), f"{scope.path}/{path}", secret


def _parsed_refs(topology: Topology) -> Iterator[tuple[Path, SecretRef]]:
    """Every ref by its parts; those of reserved mounts have none, and a rule of their own."""
    for path, text in secret_refs(topology):
        if text.removeprefix(SCHEME).partition("/")[0] not in RESERVED_MOUNTS:
            yield path, SecretRef.parse(text)
