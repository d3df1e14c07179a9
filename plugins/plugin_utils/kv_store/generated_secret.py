# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets that are made by recipes, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import InfraError
from ..openbao import OpenBao, Secret
from ..openbao.recipe import Recipe
from ..reconcile import Plan, State
from .current_secret import CurrentSecret, current_keys
from .outline import Outline
from .secret_path import SecretPath


class UngeneratableSecretError(InfraError):
    """Making the secret would lose something."""


@dataclass(frozen=True, slots=True)
class GeneratedSecret:
    """Recipe of each key; keys in ``rotated`` are made again although they are there."""

    where: SecretPath
    recipes: Mapping[str, Recipe]
    rotated: frozenset[str] = frozenset()


class GeneratedSecrets:
    """The store of generated secrets. Reads metadata and key names, never a value.

    Plans one secret at a time; afterwards ``outline`` says what it is or will be.
    """

    def __init__(self, openbao: OpenBao) -> None:
        self._openbao = openbao
        self.outline: Outline | None = None

    def plan(self, desired: GeneratedSecret, state: State) -> Plan[Outline]:
        """What is missing is made; what is there stays, unless it is to be rotated.

        Raises UngeneratableSecretError, and ValueError for any state but present: what was made is removed by the
        store of given secrets.
        """
        if state is not State.PRESENT:
            raise ValueError("a generated secret is only ever present")
        current = current_keys(self._openbao, desired.where)
        _refuse(current, desired)
        self.outline = _wanted(current, desired)
        name = str(desired.where)
        before = {} if current.outline is None else {name: current.outline}
        return Plan.between(name, before, {} if self.outline is None else {name: self.outline})

    def apply(self, plan: Plan[Outline]) -> None:
        """Exactly ``plan``. Raises CasConflictError when somebody wrote since it was made."""
        for change in plan.changes:
            where, values = SecretPath.of(change.name), _made(change.after.made if change.after else {})
            if change.before is None:
                self._openbao.write(where.mount, where.path, values, cas=0)
            else:
                self._openbao.patch(where.mount, where.path, values, cas=change.before.version)


def _wanted(current: CurrentSecret, desired: GeneratedSecret) -> Outline | None:
    keys = current.outline.keys if current.outline else frozenset()
    made = {key: recipe for key, recipe in desired.recipes.items() if key in desired.rotated or key not in keys}
    if not made:
        return current.outline
    new = {name for key, recipe in made.items() for name in recipe.keys(key)}
    return Outline(current.newest + 1, keys | new, made=made)


def _made(recipes: Mapping[str, Recipe]) -> dict[str, Secret]:
    return {name: secret for key, recipe in recipes.items() for name, secret in recipe.make(key).items()}


def _refuse(current: CurrentSecret, desired: GeneratedSecret) -> None:
    """Raise all reasons why ``desired`` must not be made."""
    unknown = sorted(desired.rotated - desired.recipes.keys())
    reasons = [f"{desired.where.ref(key)}: has no recipe, so it cannot be rotated; give one" for key in unknown]
    if current.is_removed and desired.recipes:
        reasons.append(
            f"{desired.where}: version {current.newest} was deleted, and what was made once is not made again;"
            " undelete it, or remove the secret with its history first"
        )
    keys = current.outline.keys if current.outline else frozenset()
    for key, recipe in desired.recipes.items():
        pair = set(recipe.keys(key))
        if key not in desired.rotated and pair & keys and pair - keys:
            missing = ", ".join(sorted(pair - keys))
            reasons.append(f"{desired.where.ref(key)}: {missing} is missing beside it; write it, or rotate {key}")
    if reasons:
        raise UngeneratableSecretError("\n".join(reasons))
