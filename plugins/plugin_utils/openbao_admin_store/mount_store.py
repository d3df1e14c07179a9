# SPDX-License-Identifier: GPL-3.0-or-later
"""Mounts of a server. Missing ones are made, none is ever removed: everything in it would go with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..openbao import OpenBao
from ..openbao_admin import Mount
from ..reconcile import Plan, State
from .refusal import ForeignError, MovedError

KV_VERSION = {"version": "2"}


class MountStore:
    """Secret and auth mounts by name, such as ``sys/auth/jwt``."""

    def __init__(self, openbao: OpenBao) -> None:
        self._openbao = openbao
        self._desired: dict[str, Mount] = {}

    def plan(self, desired: Sequence[Mount], state: State) -> Plan[str]:
        """What is missing or configured otherwise. Raises ForeignError for a mount of another type."""
        if state is State.ABSENT:
            raise ForeignError(["mounts: are never removed; remove one by hand, with all that is in it"])
        self._desired = {mount.name: mount for mount in desired}
        current = self._current()
        return Plan.between("mounts", current, {name: mount.text for name, mount in self._desired.items()})

    def apply(self, plan: Plan[str]) -> None:
        """Exactly ``plan``. Raises MovedError, before the first change, when the server has moved."""
        current = self._current()
        for change in plan.changes:
            if current.get(change.name) != change.before:
                raise MovedError(change.name)
        for change in plan.changes:
            self._bring(self._desired[change.name], is_new=change.before is None)

    def _bring(self, mount: Mount, *, is_new: bool) -> None:
        is_kv = mount.type == "kv"
        if is_new:
            self._openbao.put(mount.name, {"type": mount.type, **({"options": KV_VERSION} if is_kv else {})})
        if mount.config:
            self._openbao.put(f"{mount.path}/config", mount.config)

    def _current(self) -> dict[str, str]:
        """Text by name, of those mounts that are desired and exist."""
        listed = {kind: self._openbao.get(kind) or {} for kind in sorted({m.kind for m in self._desired.values()})}
        reasons: list[str] = []
        found: dict[str, str] = {}
        for name, mount in self._desired.items():
            actual = listed[mount.kind].get(f"{mount.path}/")
            if actual is not None:
                reasons += _objections(mount, actual)
                found[name] = Mount(mount.kind, mount.path, mount.type, self._config(mount)).text
        if reasons:
            raise ForeignError(reasons)
        return found

    def _config(self, mount: Mount) -> Mapping[str, int | bool]:
        """What the server says about what the topology says."""
        actual = self._openbao.get(f"{mount.path}/config") if mount.config else None
        return {key: (actual or {}).get(key, 0) for key in mount.config}


def _objections(mount: Mount, actual: Mapping[str, Any]) -> list[str]:
    """Why an existing mount is not the one we mean."""
    options = actual.get("options") or {}
    if actual.get("type") != mount.type:
        return [f"{mount.name}: is no mount of type {mount.type}; name another path in the topology"]
    if mount.type == "kv" and options.get("version") != KV_VERSION["version"]:
        return [f"{mount.name}: is KV version 1; upgrade it or name another mount in the topology"]
    return []
