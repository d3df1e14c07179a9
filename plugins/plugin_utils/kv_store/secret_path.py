# SPDX-License-Identifier: GPL-3.0-or-later
"""Which secret."""

from __future__ import annotations

from dataclasses import dataclass

from ..secret_ref import SCHEME, SecretRef


@dataclass(frozen=True, order=True, slots=True)
class SecretPath:
    """Mount and path of a secret; printed as a ref without key."""

    mount: str
    path: str

    @classmethod
    def of(cls, name: str) -> SecretPath:
        """From the text it prints."""
        mount, _, path = name.removeprefix(SCHEME).partition("/")
        return cls(mount, path)

    def ref(self, key: str, version: int | None = None) -> str:
        """The ref of one key."""
        return str(SecretRef(self.mount, self.path, key, version))

    def __str__(self) -> str:
        return f"{SCHEME}{self.mount}/{self.path}"
