# SPDX-License-Identifier: GPL-3.0-or-later
"""Auth roles of a server. An AppRole role is ours by its name, any other by its policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..openbao import OpenBao
from ..openbao_admin import AuthRole, Names
from ..reconcile import Plan, State
from .refusal import ForeignError, MovedError


class AuthRoleStore:
    """Auth roles by path, such as ``auth/jwt/role/device``. Those of ours that nobody wants are removed.

    Only what the topology says of a role is compared and written: an operator may bind it to CIDRs besides.
    """

    def __init__(self, openbao: OpenBao, names: Names) -> None:
        self._openbao, self._names = openbao, names
        self._desired: dict[str, AuthRole] = {}

    def plan(self, desired: Sequence[AuthRole], state: State) -> Plan[str]:
        """The plan for our roles; ``absent`` removes them all. Raises ForeignError, InfraError."""
        self._desired = {role.path: role for role in desired}
        current: dict[str, str] = {}
        reasons = []
        for role in (*desired, *self._stale(desired)):
            settings = self._openbao.get(role.path)
            if settings is None:
                continue
            if self._is_ours(role, settings):
                current[role.path] = _text(role, settings)
            else:
                reasons.append(f"{role.path}: has policies that are not ours; give the topology another role name")
        if reasons:
            raise ForeignError(reasons)
        wanted = {path: role.text for path, role in self._desired.items()} if state is State.PRESENT else {}
        return Plan.between("auth roles", current, wanted)

    def apply(self, plan: Plan[str]) -> None:
        """Exactly ``plan``; a role that has moved since is not touched. Raises MovedError."""
        for change in plan.changes:
            role = self._desired.get(change.name) or _role_at(change.name)
            settings = self._openbao.get(change.name)
            if (None if settings is None else _text(role, settings)) != change.before:
                raise MovedError(change.name)
            if change.after is None:
                self._openbao.remove(change.name)
            else:
                self._openbao.put(change.name, role.settings)

    def _stale(self, desired: Sequence[AuthRole]) -> list[AuthRole]:
        """Roles of ours, at the mounts we know, that left the topology."""
        found = []
        for method, mount in sorted({(role.method, role.mount) for role in desired}):
            for name in self._openbao.keys(f"auth/{mount}/role"):
                role = AuthRole(method, mount, name, {})
                if role.path not in self._desired and self._is_left(role):
                    found.append(role)
        return found

    def _is_left(self, role: AuthRole) -> bool:
        if role.method == "approle":
            return self._names.has_role_policy(role.method, role.name)
        return self._is_ours(role, self._openbao.get(role.path) or {})

    def _is_ours(self, role: AuthRole, settings: Mapping[str, Any]) -> bool:
        if role.method == "approle":
            return True
        given = settings.get("token_policies") or []
        return bool(given) and all(self._names.has_role_policy(role.method, str(policy)) for policy in given)


def _role_at(path: str) -> AuthRole:
    _auth, mount, _role, name = path.split("/")
    return AuthRole("", mount, name, {})


def _text(role: AuthRole, settings: Mapping[str, Any]) -> str:
    """The role as the server has it, in the same words; of a stale one everything that is set."""
    keys = role.settings or {key: None for key, value in settings.items() if value}
    return AuthRole(role.method, role.mount, role.name, {key: _same(settings.get(key), keys[key]) for key in keys}).text


def _same(actual: Any, wanted: Any) -> Any:
    """What the server says, in the spelling of the topology: order of a set, nothing for absent, one for a list."""
    if isinstance(wanted, list):
        return sorted(actual if isinstance(actual, list) else [actual] if actual else [])
    if isinstance(wanted, dict) and isinstance(actual, Mapping):
        return {key: _same(value, wanted.get(key, value)) for key, value in actual.items()}
    return type(wanted)() if actual is None and wanted is not None else actual
