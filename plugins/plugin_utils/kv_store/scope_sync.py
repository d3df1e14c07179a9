# SPDX-License-Identifier: GPL-3.0-or-later
"""Scopes: what the topology declares is made where a recipe says how, and asked for where none does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypedDict

from ..errors import InfraError
from ..kv import DeclaredSecret
from ..openbao import OpenBao
from ..openbao.failure import PlaceError
from ..openbao.recipe import recipe
from ..reconcile import FileDiff, State
from .generated_secret import GeneratedSecret, GeneratedSecrets, UngeneratableSecretError
from .retry import reconcile_again_on_conflict
from .secret_path import SecretPath


class SyncedRow(TypedDict):
    """One secret after the sync: its version, keys made in it, refs of keys that somebody must write."""

    secret: str
    scope: str
    version: int
    generated: list[str]
    missing: list[str]


@dataclass(frozen=True, slots=True)
class ScopeSync:
    """What was done, and everything that stands in the way of a complete scope."""

    rows: tuple[SyncedRow, ...]
    diff: tuple[FileDiff, ...]
    failures: tuple[str, ...]

    @property
    def missing(self) -> list[str]:
        return [ref for row in self.rows for ref in row["missing"]]


def sync_scopes(openbao: OpenBao, declared: Iterable[DeclaredSecret], *, check: bool) -> ScopeSync:
    """Make what is missing and has a recipe; what cannot be made or looked at is a failure beside the others.

    Every recipe is judged before the first write. Raises InvalidRecipeError, MissingLibraryError, ServerError.
    """
    wanted = [(secret, _generated(secret)) for secret in declared]
    rows: list[SyncedRow] = []
    diff: list[FileDiff] = []
    failures: list[str] = []
    for secret, generated in wanted:
        store = GeneratedSecrets(openbao)
        try:
            diff += reconcile_again_on_conflict(store, generated, State.PRESENT, check=check)["diff"]
        except (PlaceError, UngeneratableSecretError) as failure:
            failures.append(str(failure))
        else:
            rows.append(_row(secret, generated, store))
    return ScopeSync(tuple(rows), tuple(diff), tuple(failures))


def _generated(secret: DeclaredSecret) -> GeneratedSecret:
    where = SecretPath(secret.mount, secret.path)
    try:
        return GeneratedSecret(where, {key: recipe(data) for key, data in secret.generated.items()})
    except InfraError as error:
        raise type(error)(f"{where}: {error}") from None


def _row(secret: DeclaredSecret, generated: GeneratedSecret, store: GeneratedSecrets) -> SyncedRow:
    outline = store.outline
    present = outline.keys if outline else frozenset()
    return SyncedRow(
        secret=str(generated.where),
        scope=secret.scope,
        version=outline.version if outline else 0,
        generated=sorted(outline.new_keys) if outline else [],
        missing=[generated.where.ref(key) for key in sorted(set(secret.keys) - present)],
    )
