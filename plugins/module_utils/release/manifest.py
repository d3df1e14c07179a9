# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release holds, member by member; it stands beside the release and vouches for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..host.host_error import HostError
from .member import Kind


@dataclass(frozen=True)
class Entry:
    """One member: ``content`` is the SHA-256 of a file, the target of a link, and nothing for a folder."""

    kind: Kind
    size: int = 0
    content: str = ""


Entries = Mapping[str, Entry]


def tree_digest(entries: Entries) -> str:
    """SHA-256 over names, kinds and contents, sorted: the same for a folder and every archive made from it."""
    digest = hashlib.sha256()
    for name, entry in sorted(entries.items()):
        digest.update(f"{entry.kind.value} {name}\0{entry.content}\n".encode())
    return digest.hexdigest()


@dataclass(frozen=True)
class Manifest:
    """The manifest of one release."""

    archive: str
    """SHA-256 of the archive it came in."""
    entries: Entries

    @property
    def digests(self) -> tuple[str, str]:
        """By which a source recognises it: an archive by its bytes, a folder by its content."""
        return (f"sha256:{self.archive}", f"tree:{tree_digest(self.entries)}")

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(entry.size for entry in self.entries.values())

    def serialise(self) -> bytes:
        """The JSON form of the file, one member per line."""
        lines = ",\n".join(
            json.dumps([name, entry.kind.value, entry.size, entry.content])
            for name, entry in sorted(self.entries.items())
        )
        return f'{{"archive": "{self.archive}", "entries": [\n{lines}\n]}}\n'.encode()

    @classmethod
    def parse(cls, content: bytes, where: str) -> Manifest:
        """The manifest in the JSON form of the file. Raises HostError when it is not one."""
        try:
            document: dict[str, Any] = json.loads(content)
            entries = {name: Entry(Kind(kind), size, inside) for name, kind, size, inside in document["entries"]}
            return cls(document["archive"], entries)
        except (ValueError, KeyError, TypeError):
            raise HostError(where, "is not a manifest", "remove it and its release, then run again") from None
