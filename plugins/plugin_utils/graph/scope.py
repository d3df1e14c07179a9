# SPDX-License-Identifier: GPL-3.0-or-later
"""Secret scopes: the KV paths that refs of a topology read from, and who reads them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from ..secret_ref import SecretRef
from ..topology.model.topology import Topology
from ..topology.position import Path
from ..topology.rules.references import secret_refs


@dataclass(frozen=True, slots=True)
class Scope:
    """One KV path with the keys that are read from it."""

    id: str
    mount: str
    path: str
    keys: tuple[str, ...]
    """With their version where it is pinned."""
    readers: tuple[Path, ...]
    """Paths of the refs."""


def secret_scopes(topology: Topology) -> tuple[Scope, ...]:
    """Every scope, sorted by mount and path."""
    found: dict[tuple[str, str], list[tuple[Path, SecretRef]]] = defaultdict(list)
    for path, text in secret_refs(topology):
        ref = SecretRef.parse(text)
        found[ref.mount, ref.path].append((path, ref))
    return tuple(
        Scope(
            f"scope-{number}",
            mount,
            path,
            _keys(found[mount, path]),
            tuple(where for where, _ref in found[mount, path]),
        )
        for number, (mount, path) in enumerate(sorted(found), 1)
    )


def _keys(reads: list[tuple[Path, SecretRef]]) -> tuple[str, ...]:
    return tuple(sorted({str(ref).partition("#")[2] for _path, ref in reads}))
