# SPDX-License-Identifier: GPL-3.0-or-later
"""What a scope says about one secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import InfraError
from ..topology.model.openbao import Scope
from ..topology.model.topology import Topology
from ..topology.words.close_names import close_names


class UnknownScopeError(InfraError):
    """Scopes were selected that the topology does not have; names each with the closest ones."""


@dataclass(frozen=True, slots=True)
class DeclaredSecret:
    """A secret that must exist: keys that somebody gives, and keys that are made, each by the data of its recipe."""

    scope: str
    mount: str
    path: str
    keys: tuple[str, ...]
    generated: Mapping[str, Mapping[str, Any]]


def declared_secrets(topology: Topology, selected: Sequence[str] = ()) -> tuple[DeclaredSecret, ...]:
    """The secrets of the ``selected`` scopes, of all when none is, sorted by path. Raises UnknownScopeError."""
    scopes = topology.openbao.scopes
    unknown = sorted(set(selected) - scopes.keys())
    if unknown:
        lines = (f"scopes: scope {name!r} does not exist; {close_names(name, scopes)}" for name in unknown)
        raise UnknownScopeError("\n".join(lines))
    found = (
        secret
        for name, scope in scopes.items()
        if not selected or name in selected
        for secret in _secrets(topology, name, scope)
    )
    return tuple(sorted(found, key=lambda secret: secret.path))


def _secrets(topology: Topology, name: str, scope: Scope) -> Iterator[DeclaredSecret]:
    for below, secret in scope.secrets.items():
        yield DeclaredSecret(
            scope=name,
            mount=topology.openbao.mount,
            path=f"{scope.path}/{below}",
            keys=tuple(sorted(secret.keys)),
            generated={key: recipe.model_dump(mode="json") for key, recipe in sorted(secret.generated.items())},
        )
