# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bundle says about itself in clear."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..secret_ref import MalformedRefError, SecretRef
from ..text import is_id, is_line, time_of, time_text

FORMAT = "fractalops-break-glass/1"
#: What a bundle may be used for.
ACTIONS = ("drill", "repair")
#: A header is small; anything longer is something else.
MAX_BYTES = 1024 * 1024
MAX_SERIAL = 2**53
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{58}")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")


class MalformedHeaderError(ValueError):
    """The bytes are no header."""


@dataclass(frozen=True, slots=True)
class BundleHeader:
    """Signed, in clear, without any value. Times are UTC with whole seconds; lists are sorted sets."""

    format: str
    serial: int
    """Of two bundles the newer has the higher one."""
    created: str
    expires: str
    hosts: tuple[str, ...]
    """Asset ids."""
    actions: tuple[str, ...]
    """Some of ``ACTIONS``."""
    refs: tuple[str, ...]
    """Pinned refs, ``bao://…#…@version``."""
    recipients: tuple[str, ...]
    """Who can open it."""
    operator: str
    reason: str
    ciphertext_sha256: str
    """Hexadecimal."""
    signer: str
    """Key id of the signer, see ``SigningKey``."""

    @classmethod
    def of(cls, line: bytes) -> BundleHeader:
        """The header in ``line``, which must be the very bytes ``line()`` makes. Raises MalformedHeaderError."""
        try:
            data = json.loads(line.decode("ascii")) if len(line) <= MAX_BYTES else None
        except (ValueError, RecursionError):
            data = None
        if not isinstance(data, dict) or data.keys() != {field.name for field in fields(cls)}:
            raise MalformedHeaderError
        values: dict[str, Any] = {name: tuple(one) if isinstance(one, list) else one for name, one in data.items()}
        header = cls(**values)
        if not header._is_sound() or header.line() != line:
            raise MalformedHeaderError
        return header

    def line(self) -> bytes:
        """The one encoding there is: sorted keys, no blanks, ASCII. It is what is signed."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":")).encode("ascii")

    def facts(self) -> dict[str, Any]:
        """Plain data for a result: what stands in the file in clear."""
        return json.loads(self.line())  # type: ignore[no-any-return]

    @property
    def created_at(self) -> dt.datetime:
        return time_of(self.created)

    @property
    def expires_at(self) -> dt.datetime:
        return time_of(self.expires)

    def _is_sound(self) -> bool:
        return (
            self.format == FORMAT
            and type(self.serial) is int
            and 1 <= self.serial <= MAX_SERIAL
            and all(_is_time(value) for value in (self.created, self.expires))
            and _is_set(self.hosts, None)
            and all(map(is_id, self.hosts))
            and _is_set(self.refs, None)
            and all(_is_pinned(ref) for ref in self.refs)
            and _is_set(self.actions, None)
            and set(self.actions) <= set(ACTIONS)
            and _is_set(self.recipients, _RECIPIENT)
            and all(map(is_line, (self.operator, self.reason)))
            and _matches(_DIGEST, self.ciphertext_sha256)
            and _matches(_KEY_ID, self.signer)
        )


def _matches(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and time_text(time_of(value)) == value
    except ValueError:
        return False


def _is_set(values: object, pattern: re.Pattern[str] | None) -> bool:
    """A sorted tuple of different texts, at least one."""
    if not isinstance(values, tuple) or not values or not all(isinstance(value, str) for value in values):
        return False
    return list(values) == sorted(set(values)) and (pattern is None or all(map(pattern.fullmatch, values)))


def _is_pinned(ref: str) -> bool:
    try:
        return SecretRef.parse(ref).version is not None
    except MalformedRefError:
        return False
