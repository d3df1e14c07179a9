# SPDX-License-Identifier: GPL-3.0-or-later
"""A file in pieces that fit in memory, so cut that no secret falls between two of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

SIZE = 1024 * 1024
#: Longer than any secret that is looked for, base64 of the longest known value included.
OVERLAP = 64 * 1024
#: What a pattern may look at before the start of a secret.
BEFORE = 256


class Chunk(NamedTuple):
    """``content`` starts in line ``line``; secrets that start in ``begin`` ≤ offset < ``end`` belong to this chunk."""

    content: bytes
    line: int
    begin: int
    end: int


def chunks(descriptor: int, size: int) -> Iterator[Chunk]:
    """The open regular file from where it stands; ``size`` is what it should hold, and it may change meanwhile.

    A short read is the end of a regular file.
    """
    content = os.read(descriptor, min(size + 1, SIZE))
    line, begin = 1, 0
    while content:
        more = os.read(descriptor, SIZE) if len(content) >= SIZE else b""
        if not more:
            yield Chunk(content, line, begin, len(content))
            return
        end = max(begin, len(content) - OVERLAP)
        yield Chunk(content, line, begin, end)
        kept = max(0, end - BEFORE)
        line += content.count(b"\n", 0, kept)
        content, begin = content[kept:] + more, end - kept
