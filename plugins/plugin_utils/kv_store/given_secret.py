# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets whose values somebody gives."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from ..errors import InfraError
from ..openbao import OpenBao, Secret
from ..openbao.failure import CasConflictError
from ..reconcile import Change, Plan, State
from .current_secret import CurrentSecret, current_values
from .outline import Outline
from .secret_path import SecretPath


class Extent(Enum):
    """How much of a secret the given values are."""

    WHOLE = "present"
    """All of it: other keys go."""
    PART = "patched"
    """Other keys stay as they are."""


class UnusableValueError(InfraError):
    """A value that no ref could be read with afterwards."""


@dataclass(frozen=True, slots=True)
class GivenSecret:
    """The values a secret should have. Raises UnusableValueError for empty ones."""

    where: SecretPath
    values: Mapping[str, Secret] = field(default_factory=dict, repr=False)
    extent: Extent = Extent.WHOLE

    def __post_init__(self) -> None:
        empty = sorted(self.where.ref(key) for key, value in self.values.items() if not value.reveal())
        if empty:
            raise UnusableValueError("\n".join(f"{ref}: the value is empty; give one" for ref in empty))


class GivenSecrets:
    """The store of given secrets. Plans one secret at a time; afterwards ``outline`` says what it is or will be."""

    def __init__(self, openbao: OpenBao, *, keeps_history: bool = True) -> None:
        self._openbao, self._keeps_history = openbao, keeps_history
        self.outline: Outline | None = None

    def plan(self, desired: GivenSecret, state: State) -> Plan[Outline]:
        """From what is there to ``desired``: nothing when every value is equal."""
        current = current_values(self._openbao, desired.where)
        self.outline = _wanted(current, desired) if state is State.PRESENT else None
        name, before = str(desired.where), current.outline
        if state is State.ABSENT and current.is_removed and not self._keeps_history:
            before = Outline(current.newest, frozenset())
        return Plan.between(name, {name: before} if before else {}, {name: self.outline} if self.outline else {})

    def apply(self, plan: Plan[Outline]) -> None:
        """Exactly ``plan``. Raises CasConflictError when somebody wrote since it was made."""
        for change in plan.changes:
            self._apply(SecretPath.of(change.name), change)

    def _apply(self, where: SecretPath, change: Change[Outline]) -> None:
        before, after = change.before, change.after
        if after is None:
            self._remove(where, before)
        elif after.whole is not None:
            self._openbao.write(where.mount, where.path, after.whole, cas=after.version - 1)
        else:
            self._openbao.patch(where.mount, where.path, after.given, cas=after.version - 1)

    def _remove(self, where: SecretPath, before: Outline | None) -> None:
        """OpenBao deletes without check-and-set, so the version is looked at once more right before."""
        metadata = self._openbao.read_metadata(where.mount, where.path)
        if metadata is None or before is None or metadata.current_version != before.version:
            raise CasConflictError(str(where))
        remove = self._openbao.delete if self._keeps_history else self._openbao.delete_all
        remove(where.mount, where.path)


def _wanted(current: CurrentSecret, desired: GivenSecret) -> Outline:
    """The outline of ``desired``; that of ``current`` when nothing differs."""
    keys = current.outline.keys if current.outline else frozenset()
    given: dict[str, Secret | None] = {
        key: value for key, value in desired.values.items() if not _is_equal(current.value(key), value)
    }
    if desired.extent is Extent.WHOLE:
        given |= dict.fromkeys(keys - desired.values.keys())
    if current.outline is not None and not given:
        return current.outline
    removed = {key for key, value in given.items() if value is None}
    # A patch needs something to patch, and a capability of its own, which who writes whole secrets need not have.
    is_whole = desired.extent is Extent.WHOLE or current.outline is None
    after = (keys | desired.values.keys()) - removed
    return Outline(current.newest + 1, after, given, whole=desired.values if is_whole else None)


def _is_equal(current: Secret | None, given: Secret) -> bool:
    return current is not None and hmac.compare_digest(current.reveal().encode(), given.reveal().encode())
