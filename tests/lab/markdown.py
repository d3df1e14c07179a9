# SPDX-License-Identifier: GPL-3.0-or-later
"""The code of a Markdown document in its order: files to save, and commands to run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_PART = re.compile(r"^```(?P<language>\w+)\n(?P<code>.*?)^```$|^## (?P<heading>[^\n]*)$", re.MULTILINE | re.DOTALL)
_SAVE = re.compile(r"Save this as `([^`]+)`")
_FAILS = re.compile(r" +# fails$")


@dataclass(frozen=True)
class File:
    """What a reader saves."""

    heading: str
    name: str
    text: str


@dataclass(frozen=True)
class Commands:
    """What a reader types; of commands that fail the last one does."""

    heading: str
    text: str
    fails: bool


def steps(document: str) -> Iterator[File | Commands]:
    """What a reader does. Raises ValueError for code of which nothing says what to do with it."""
    heading, end = "", 0
    for part in _PART.finditer(document):
        if part["heading"] is not None:
            heading = part["heading"]
        elif part["language"] == "console":
            yield from _commands(heading, part["code"])
        elif saved := _SAVE.search(document, end, part.start()):
            yield File(heading, saved[1], part["code"])
        else:
            raise ValueError(f"{heading}: {part['code']!r}: no command, and no name to save it as")
        end = part.end()


def _commands(heading: str, code: str) -> Iterator[Commands]:
    """``code``, cut after each command that fails."""
    lines: list[str] = []
    for line in code.splitlines():
        lines.append(_FAILS.sub("", line))
        if lines[-1] != line:
            yield Commands(heading, "\n".join(lines) + "\n", fails=True)
            lines = []
    if lines:
        yield Commands(heading, "\n".join(lines) + "\n", fails=False)
