# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be said about secrets without seeing one: metadata and names of keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypedDict

from ..errors import InfraError
from ..kv import Consumer, DeclaredSecret
from ..openbao import OpenBao
from ..openbao.failure import PlaceError
from ..openbao.recipe import PUBLIC_SUFFIX
from ..secret_ref import SecretRef
from .secret_path import SecretPath


class SecretRow(TypedDict):
    """One secret. ``version`` is 0 when there is none; ``age_days`` counts from its newest version."""

    secret: str
    exists: bool
    version: int
    created: str
    age_days: int
    keys: list[str]
    missing: list[str]
    unused: list[str]


class RefRow(TypedDict):
    """One ref: the version it means, and the newest there is."""

    ref: str
    exists: bool
    version: int
    newest: int


class BehindRow(TypedDict):
    """A host that runs with another version than its topology asks for."""

    host: str
    ref: str
    version: int
    wanted: int


@dataclass(frozen=True, slots=True)
class Inspection:
    """Everything, sorted."""

    secrets: tuple[SecretRow, ...]
    refs: tuple[RefRow, ...]
    behind: tuple[BehindRow, ...]


class UninspectableError(InfraError):
    """Some secrets could not be looked at; one line each."""


def inspect(
    openbao: OpenBao,
    consumers: Sequence[Consumer],
    declared: Iterable[DeclaredSecret],
    pinned: Mapping[str, Iterable[str]],
    now: dt.datetime,
) -> Inspection:
    """Look at every secret that is declared or referenced.

    ``pinned`` maps a host to the refs, with versions, of the generation it runs. Raises UninspectableError.
    """
    used = _keys([(SecretPath(one.ref.mount, one.ref.path), one.ref.key) for one in consumers])
    required = _keys([(SecretPath(one.mount, one.path), key) for one in declared for key in _declared_keys(one)])
    looks = _looks(openbao, sorted({*used, *required}))
    newest = {where: look.newest for where, look in looks.items()}
    return Inspection(
        secrets=tuple(
            look.row(used.get(where, set()), required.get(where, set()), now) for where, look in looks.items()
        ),
        refs=tuple(_ref_row(openbao, looks, ref) for ref in sorted({one.ref for one in consumers}, key=str)),
        behind=tuple(_behind(consumers, pinned, newest)),
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """One secret by its metadata and, at its newest version, its keys; None when that version is gone."""

    where: SecretPath
    newest: int
    created: str
    keys: frozenset[str] | None

    def row(self, used: set[str], required: set[str], now: dt.datetime) -> SecretRow:
        keys = self.keys or frozenset()
        halves = {key + PUBLIC_SUFFIX for key in used}
        return SecretRow(
            secret=str(self.where),
            exists=self.keys is not None,
            version=self.newest,
            created=self.created,
            age_days=_days(self.created, now),
            keys=sorted(keys),
            missing=sorted((used | required) - keys),
            unused=sorted(keys - used - halves),
        )


def _looks(openbao: OpenBao, places: Iterable[SecretPath]) -> dict[SecretPath, _Look]:
    looks: dict[SecretPath, _Look] = {}
    failures: list[str] = []
    for where in places:
        try:
            looks[where] = _look(openbao, where)
        except PlaceError as failure:
            failures.append(str(failure))
    if failures:
        raise UninspectableError("\n".join(failures))
    return looks


def _look(openbao: OpenBao, where: SecretPath) -> _Look:
    metadata = openbao.read_metadata(where.mount, where.path)
    if metadata is None or not metadata.current_version:
        return _Look(where, 0, "", None)
    newest = metadata.current_version
    keys = openbao.read_subkeys(where.mount, where.path, newest)
    created = metadata.versions[newest].created if newest in metadata.versions else ""
    return _Look(where, newest, created, keys)


def _ref_row(openbao: OpenBao, looks: Mapping[SecretPath, _Look], ref: SecretRef) -> RefRow:
    """A pinned ref costs a request of its own, as an older version may have other keys."""
    look = looks[SecretPath(ref.mount, ref.path)]
    is_older = ref.version not in (None, look.newest)
    keys = openbao.read_subkeys(ref.mount, ref.path, ref.version) if is_older and look.newest else look.keys
    exists = keys is not None and ref.key in keys
    return RefRow(ref=str(ref), exists=exists, version=ref.version or look.newest, newest=look.newest)


def _behind(
    consumers: Iterable[Consumer], pinned: Mapping[str, Iterable[str]], newest: Mapping[SecretPath, int]
) -> Iterable[BehindRow]:
    """Refs in their order whose version on a host is not the one its topology means now."""
    wanted = {
        (one.name, one.ref.mount, one.ref.path, one.ref.key): one.ref.version
        or newest[SecretPath(one.ref.mount, one.ref.path)]
        for one in consumers
        if one.kind == "host"
    }
    for host, refs in sorted(pinned.items()):
        for ref in sorted({SecretRef.parse(text) for text in refs}, key=str):
            version = wanted.get((host, ref.mount, ref.path, ref.key))
            if version is not None and version != ref.version:
                plain = SecretRef(ref.mount, ref.path, ref.key)
                yield BehindRow(host=host, ref=str(plain), version=ref.version or 0, wanted=version)


def _declared_keys(secret: DeclaredSecret) -> set[str]:
    return {*secret.keys, *secret.generated}


def _keys(pairs: Iterable[tuple[SecretPath, str]]) -> dict[SecretPath, set[str]]:
    keys: dict[SecretPath, set[str]] = {}
    for where, key in pairs:
        keys.setdefault(where, set()).add(key)
    return keys


def _days(created: str, now: dt.datetime) -> int:
    """Whole days since ``created``, which is RFC 3339 in UTC with up to nanoseconds; 0 when it is not a time."""
    try:
        then = dt.datetime.fromisoformat(created[:19]).replace(tzinfo=dt.UTC)
    except ValueError:
        return 0
    return max(0, (now - then).days)
