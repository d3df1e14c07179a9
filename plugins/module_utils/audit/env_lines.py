# SPDX-License-Identifier: GPL-3.0-or-later
"""``NAME=value`` lines: env files, and the environment of a process."""

from __future__ import annotations

from collections.abc import Iterator

from .assignment import is_named_secret


def named_secret_lines(content: bytes, end: bytes = b"\n") -> Iterator[int]:
    """Numbers of the lines that assign a literal value to the name of a secret."""
    for number, line in enumerate(content.split(end), start=1):
        name, equals, value = line.partition(b"=")
        words = name.split()
        if equals and words and not line.lstrip().startswith((b"#", b";")) and is_named_secret(words[-1], value):
            yield number
