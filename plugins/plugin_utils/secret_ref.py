# SPDX-License-Identifier: GPL-3.0-or-later
"""The grammar of a secret ref: ``bao://<mount>/<path>#<key>[@<version>]``.

It stands beside ``errors`` because both the topology (which only checks refs) and the OpenBao client
(which reads them) need the same words, and neither may import the other.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .errors import InfraError

SCHEME = "bao://"
#: One path segment: no dots alone, no percent encoding, nothing that could leave the path.
SEGMENT = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
PATTERN = rf"^bao://{SEGMENT}(?:/{SEGMENT})+#[A-Za-z0-9_][A-Za-z0-9_.-]*(?:@[1-9][0-9]{{0,9}})?$"
RESERVED_MOUNTS = frozenset({"sys", "auth", "cubbyhole", "identity"})
_PARTS = re.compile(
    rf"bao://(?P<mount>{SEGMENT})/(?P<path>{SEGMENT}(?:/{SEGMENT})*)"
    r"#(?P<key>[A-Za-z0-9_][A-Za-z0-9_.-]*)(?:@(?P<version>[1-9][0-9]{0,9}))?"
)


class MalformedRefError(InfraError):
    """The text is not a secret ref. The text itself is not repeated: it may be a secret."""


@dataclass(frozen=True, order=True, slots=True)
class SecretRef:
    """Where one value lives in OpenBao; never the value."""

    mount: str
    path: str
    key: str
    version: int | None = None

    @classmethod
    def parse(cls, text: str) -> SecretRef:
        """The parts of ``text``. Raises MalformedRefError, which never quotes the text."""
        match = _PARTS.fullmatch(text)
        if match is None:
            raise MalformedRefError("not a secret ref; write bao://<mount>/<path>#<key>, optionally @<version>")
        if match["mount"] in RESERVED_MOUNTS:
            raise MalformedRefError(f"mount {match['mount']!r} is reserved by OpenBao; name a KV mount")
        version = match["version"]
        return cls(match["mount"], match["path"], match["key"], int(version) if version else None)

    def pinned(self, version: int) -> SecretRef:
        """This ref at exactly ``version``."""
        return SecretRef(self.mount, self.path, self.key, version)

    def __str__(self) -> str:
        suffix = "" if self.version is None else f"@{self.version}"
        return f"{SCHEME}{self.mount}/{self.path}#{self.key}{suffix}"
