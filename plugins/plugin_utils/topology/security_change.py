# SPDX-License-Identifier: GPL-3.0-or-later
"""What changed between two topologies that matters to security: the audit trail of a topology kept in git.

Values are shown: a topology holds refs and rights, never a secret.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..secret_ref import SCHEME
from .model.topology import Topology
from .position import Path
from .violation import dotted

#: Sections that are about nothing else.
_SECTIONS = frozenset({"openbao", "identity_plane", "edge", "principal_defaults", "break_glass"})
#: Keys that decide who may do what, wherever they stand; everything below them counts.
_KEYS = frozenset(
    {
        "user",
        "allow_root",
        "hardening",
        "accept_not_in_force",
        "mode",
        "credentials",
        "secrets",
        "secret",
        "password",
        "token",
        "auth",
    }
    | {"secret_store", "cluster_store", "sensitive_variables", "allowed_return_hosts", "deploy_secrets", "devices"}
    | {"accept_not_in_force"}
)


@dataclass(frozen=True, slots=True)
class SecurityChange:
    """A leaf that is another now; None on one side means it is absent there."""

    path: Path
    before: Any
    after: Any

    @property
    def event(self) -> str:
        """One line of JSON."""
        return json.dumps({"path": dotted(self.path), "before": self.before, "after": self.after}, ensure_ascii=False)


def security_changes(before: Topology, after: Topology) -> tuple[SecurityChange, ...]:
    """Every change from ``before`` to ``after`` of a field that matters to security, by path."""
    old, new = dict(_leaves((), _plain(before))), dict(_leaves((), _plain(after)))
    paths = sorted(old.keys() | new.keys(), key=dotted)
    found = (SecurityChange(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))
    return tuple(change for change in found if _matters(change))


def _plain(topology: Topology) -> dict[str, Any]:
    return topology.model_dump(mode="json", by_alias=True, exclude_none=True)


def _leaves(path: Path, value: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict) and value:
        for key, inside in value.items():
            yield from _leaves((*path, key), inside)
    elif isinstance(value, list) and value:
        for number, inside in enumerate(value):
            yield from _leaves((*path, number), inside)
    else:
        yield path, value


def _matters(change: SecurityChange) -> bool:
    is_ref = any(isinstance(value, str) and value.startswith(SCHEME) for value in (change.before, change.after))
    return is_ref or change.path[0] in _SECTIONS or not _KEYS.isdisjoint(change.path)
