# SPDX-License-Identifier: GPL-3.0-or-later
"""A secret as it is now, with or without a look at its values."""

from __future__ import annotations

from dataclasses import dataclass

from ..openbao import OpenBao, Secret, SecretVersion
from ..openbao.failure import DeletedVersionError, DestroyedVersionError, ReadError
from .outline import Outline
from .secret_path import SecretPath


@dataclass(frozen=True, slots=True)
class CurrentSecret:
    """``newest`` is the version a write must follow, 0 before the first; ``outline`` is None when it holds nothing."""

    where: SecretPath
    newest: int
    outline: Outline | None
    version: SecretVersion | None = None

    @property
    def is_removed(self) -> bool:
        """Whether there was something and its newest version was deleted or destroyed."""
        return self.newest > 0 and self.outline is None

    def value(self, key: str) -> Secret | None:
        """The value of ``key``, if it is a string with at least one character."""
        if self.version is None:
            return None
        try:
            return self.version.secret(key, self.where.ref(key))
        except ReadError:
            return None


def current_keys(openbao: OpenBao, where: SecretPath) -> CurrentSecret:
    """What is at ``where`` by metadata and subkeys: the values are not read, nor need they be readable."""
    newest = _newest(openbao, where)
    keys = openbao.read_subkeys(where.mount, where.path, newest) if newest else None
    return CurrentSecret(where, newest, None if keys is None else Outline(newest, keys))


def current_values(openbao: OpenBao, where: SecretPath) -> CurrentSecret:
    """What is at ``where``, values included."""
    newest = _newest(openbao, where)
    if not newest:
        return CurrentSecret(where, 0, None)
    try:
        version = openbao.read(where.mount, where.path, newest)
    except (DeletedVersionError, DestroyedVersionError):
        return CurrentSecret(where, newest, None)
    return CurrentSecret(where, newest, Outline(newest, version.keys), version)


def _newest(openbao: OpenBao, where: SecretPath) -> int:
    metadata = openbao.read_metadata(where.mount, where.path)
    return metadata.current_version if metadata else 0
