# SPDX-License-Identifier: GPL-3.0-or-later
"""What a KV v2 secret says about itself without its values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .server_time import time_of


@dataclass(frozen=True, slots=True)
class VersionMetadata:
    """One version; times are RFC 3339 in UTC."""

    version: int
    created: str
    deleted: str | None
    is_destroyed: bool

    @classmethod
    def of(cls, version: int, data: Mapping[str, Any]) -> VersionMetadata:
        """From one entry of ``versions``. A deletion time may lie ahead (``delete_version_after``)."""
        deleted = data.get("deletion_time")
        return cls(
            version,
            time_of(data.get("created_time")),
            time_of(deleted) if deleted else None,
            is_destroyed=data.get("destroyed") is True,
        )


@dataclass(frozen=True, slots=True)
class SecretMetadata:
    """All versions of one secret. ``current_version`` is the newest ever written, 0 when only metadata was."""

    current_version: int
    oldest_version: int
    versions: Mapping[int, VersionMetadata]
    custom: Mapping[str, str]
    cas_required: bool

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> SecretMetadata | None:
        """From the ``data`` of an answer; None when it has another shape."""
        versions, current = data.get("versions"), data.get("current_version")
        if not isinstance(versions, dict) or type(current) is not int:
            return None
        if not all(number.isdecimal() and isinstance(one, dict) for number, one in versions.items()):
            return None
        oldest, custom = data.get("oldest_version"), data.get("custom_metadata")
        return cls(
            current_version=current,
            oldest_version=oldest if type(oldest) is int else 0,
            versions={int(number): VersionMetadata.of(int(number), one) for number, one in versions.items()},
            custom={str(key): str(value) for key, value in custom.items()} if isinstance(custom, dict) else {},
            cas_required=data.get("cas_required") is True,
        )
