# SPDX-License-Identifier: GPL-3.0-or-later
"""What the files of a topology were like when it was loaded: their bytes, nothing of what they say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import NamedTuple, Self

#: Hex digits of SHA-256 that are kept. Whoever may write the files needs no collision.
DIGITS = 16


class TopologyDigest(NamedTuple):
    """The digest of each file, by its path from the folder of the topology, sorted; plain data for documents."""

    files: dict[str, str]

    @classmethod
    def of(cls, contents: Mapping[str, bytes]) -> Self:
        """From what is in the files."""
        return cls({name: _digest(content) for name, content in sorted(contents.items())})

    @property
    def short(self) -> str:
        """One digest of all of it, names too."""
        return _digest(json.dumps(self.files, sort_keys=True).encode())

    def changes(self, now: TopologyDigest) -> Iterator[str]:
        """What became of each file that is not the same ``now``, such as ``topology.yml changed``."""
        for name in sorted(self.files.keys() | now.files.keys()):
            before, after = self.files.get(name), now.files.get(name)
            if before != after:
                yield f"{name} {'is new' if before is None else 'is gone' if after is None else 'changed'}"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:DIGITS]
