# SPDX-License-Identifier: GPL-3.0-or-later
"""What a unit file says, apart from how it is written: comments, blank lines, indentation and order mean nothing.

Source: systemd.syntax(7) for comments, continuation lines, quotes and sections that may come twice.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Optional

#: (section, directive) → its values. Their order counts, as in ``ExecStartPre=``; that of directives does not.
Settings = dict[tuple[str, str], list[str]]
#: ``Section.Directive``, and its values there and here as one text; None where it is not set.
Change = tuple[str, Optional[str], Optional[str]]

#: What people put secrets into when they edit a unit by hand: that it differs is said, its value is not.
CONFIDENTIAL = ("Exec", "Environment", "SetCredential")
NOT_SHOWN = "another value, not shown"
_SPACES = re.compile(r"""(\\.|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|\s+""")


def settings(text: str) -> Settings:
    """The settings of a unit file; a line that systemd would ignore counts as one, since somebody meant it."""
    found: Settings = {}
    section = ""
    for line in _lines(text):
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            continue
        name, equals, value = line.partition("=")
        found.setdefault((section, name.strip()), []).append(_folded(value) if equals else "not a setting")
    return found


def changes(expected: str, found: str) -> list[Change]:
    """What ``found`` says differently, by section and directive; never a value that may be secret."""
    before, after = settings(expected), settings(found)
    return [
        (".".join(key), shown(before.get(key)), guarded(key[1], after.get(key)))
        for key in sorted({*before, *after})
        if before.get(key) != after.get(key)
    ]


def _lines(text: str) -> Iterator[str]:
    """Logical lines, stripped; a comment inside a continued line is none of its parts."""
    pending = ""
    for line in text.split("\n"):
        if line.lstrip().startswith(("#", ";")):
            continue
        pending += line.lstrip() if pending else line
        if _is_continued(pending):
            pending = pending[:-1] + " "
            continue
        if pending.strip():
            yield pending.strip()
        pending = ""
    if pending.strip():
        yield pending.strip()


def _is_continued(line: str) -> bool:
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _folded(value: str) -> str:
    """``value`` with single spaces between words; inside quotes they are part of the word."""
    return _SPACES.sub(lambda found: found[1] or " ", value.strip())


def shown(values: list[str] | None) -> str | None:
    """The values as one text."""
    return None if values is None else "; ".join(values)


def guarded(directive: str, values: list[str] | None) -> str | None:
    """The same of what somebody wrote by hand: never a value that may be secret."""
    return NOT_SHOWN if values is not None and directive.startswith(CONFIDENTIAL) else shown(values)
