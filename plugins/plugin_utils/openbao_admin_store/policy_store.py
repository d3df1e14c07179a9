# SPDX-License-Identifier: GPL-3.0-or-later
"""Policies of a server. Ours carry the owner in their first line; everything else is somebody else's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ..openbao import OpenBao
from ..openbao.failure import PolicyDeniedError, RefusedError
from ..openbao_admin import Finding, Names, Policy, lint_policy, owner_of, with_accessors
from ..reconcile import Plan, State
from .refusal import ForeignError, MovedError

POLICIES = "sys/policies/acl"
#: Check-and-set number of a policy that must not exist yet (OpenBao 2.3).
_ABSENT = -1
#: What every server has.
_BUILT_IN = frozenset({"default", "root"})


@dataclass(frozen=True, slots=True)
class _Stored:
    text: str
    version: int | None


class Stale(Enum):
    """What happens to policies of ours that left the topology."""

    KEEP = "keep"
    REMOVE = "remove"
    REMOVE_ONLY = "remove_only"
    """Nothing else is changed: for after the roles that had them are gone."""


class PolicyStore:
    """Policies by name."""

    def __init__(self, openbao: OpenBao, names: Names, stale: Stale = Stale.REMOVE) -> None:
        self._openbao, self._names, self._stale = openbao, names, stale
        self._stored: dict[str, _Stored] = {}

    def plan(self, desired: Sequence[Policy], state: State) -> Plan[str]:
        """The plan for our policies; ``absent`` removes them all. Raises ForeignError, InfraError."""
        is_wanted = state is State.PRESENT
        wanted = self._texts(desired) if is_wanted else {}
        listed = set(self._openbao.keys(POLICIES))
        self._stored = dict(self._read(sorted(listed & {policy.name for policy in desired})))
        self._refuse_foreign(wanted)
        if self._stale is not Stale.KEEP or not is_wanted:
            stale = sorted(name for name in listed - self._stored.keys() if self._names.has_policy(name))
            self._stored |= {name: found for name, found in self._read(stale) if self._is_ours(found)}
        current = {name: found.text for name, found in self._stored.items() if self._is_ours(found)}
        if self._stale is Stale.REMOVE_ONLY:
            wanted = {name: current[name] for name in wanted if name in current}
        return Plan.between("policies", current, wanted)

    def apply(self, plan: Plan[str]) -> None:
        """Exactly ``plan``, each policy by check-and-set. Raises MovedError at the first that has moved."""
        for change in plan.changes:
            if change.after is None:
                self._remove(change.name, str(change.before))
            else:
                self._write(change.name, change.after)

    def findings(self, *, others: bool) -> list[Finding]:
        """What is wrong with the policies that were planned; with ``others``, with every policy one may read."""
        found = dict(self._stored)
        if others:
            found |= dict(self._read(sorted(set(self._openbao.keys(POLICIES)) - _BUILT_IN - found.keys())))
        return [finding for name in sorted(found) for finding in lint_policy(name, found[name].text)]

    def _texts(self, desired: Sequence[Policy]) -> dict[str, str]:
        """What is to be written, judged first. A mount that is still missing (check mode) leaves its placeholder."""
        findings = [finding for policy in desired for finding in lint_policy(policy.name, policy.text)]
        if findings:
            raise ForeignError(str(finding) for finding in findings)
        accessors = self._accessors() if any("{{" in path for policy in desired for path in policy.paths) else {}
        return {policy.name: with_accessors(policy.text, accessors) for policy in desired}

    def _accessors(self) -> dict[str, str]:
        mounts = self._openbao.get("sys/auth") or {}
        return {path.removesuffix("/"): str(mount["accessor"]) for path, mount in mounts.items() if "accessor" in mount}

    def _read(self, names: Sequence[str]) -> Iterator[tuple[str, _Stored]]:
        """Those of ``names`` that exist and that we may read."""
        for name in names:
            try:
                found = self._openbao.get(f"{POLICIES}/{name}")
            except PolicyDeniedError:
                if self._names.has_policy(name):
                    raise
                continue
            if found is not None:
                version = found.get("version")
                yield name, _Stored(str(found.get("policy", "")), version if isinstance(version, int) else None)

    def _is_ours(self, stored: _Stored) -> bool:
        return owner_of(stored.text) == self._names.prefix

    def _refuse_foreign(self, wanted: dict[str, str]) -> None:
        foreign = [name for name in wanted if name in self._stored and not self._is_ours(self._stored[name])]
        if foreign:
            raise ForeignError(
                f"{POLICIES}/{name}: was not made by us, although it has our prefix; rename or remove it"
                for name in foreign
            )

    def _write(self, name: str, text: str) -> None:
        stored = self._stored.get(name)
        version = _ABSENT if stored is None else stored.version
        check = {} if version is None else {"cas": version}
        try:
            self._openbao.put(f"{POLICIES}/{name}", {"policy": text, **check})
        except RefusedError as failure:
            raise (MovedError(f"{POLICIES}/{name}") if failure.status == 400 and check else failure) from None

    def _remove(self, name: str, before: str) -> None:
        found = dict(self._read([name])).get(name)
        if found is not None and found.text != before:
            raise MovedError(f"{POLICIES}/{name}")
        self._openbao.remove(f"{POLICIES}/{name}")
