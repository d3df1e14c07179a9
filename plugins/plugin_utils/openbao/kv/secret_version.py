# SPDX-License-Identifier: GPL-3.0-or-later
"""One version of one KV v2 secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..failure import EmptyValueError, MissingKeyError, NotAStringError
from ..secret import Secret

_KINDS = {bool: "boolean", int: "number", float: "number", list: "list", dict: "object", type(None): "null"}


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """The keys of one version; values are opaque, or the name of their kind when they are no strings."""

    version: int
    _values: Mapping[str, Secret | str] = field(repr=False)

    @classmethod
    def of(cls, version: int, data: Mapping[str, Any]) -> SecretVersion:
        """From the data of a KV v2 answer."""
        return cls(
            version,
            {
                key: Secret(value) if isinstance(value, str) else _KINDS.get(type(value), "value")
                for key, value in data.items()
            },
        )

    @property
    def keys(self) -> frozenset[str]:
        """Names of all keys, whatever their values are."""
        return frozenset(self._values)

    def secret(self, key: str, ref: str) -> Secret:
        """The value of ``key``; ``ref`` names it in a failure. Raises a ReadError."""
        value = self._values.get(key)
        if value is None:
            raise MissingKeyError(ref, self.version)
        if isinstance(value, str):
            raise NotAStringError(ref, self.version, value)
        if not value.reveal():
            raise EmptyValueError(ref, self.version)
        return value
