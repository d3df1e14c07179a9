# SPDX-License-Identifier: GPL-3.0-or-later
"""One thing that is wrong with a topology: where, what, and what to do."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .merge.written_path import WrittenPath
from .position import Path, Position
from .secret import secret_name

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST_KEY = 64


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule. Rules name paths only; the loader adds the position.

    ``what`` and ``hint`` never quote a value of the topology that could be a secret.
    """

    path: Path
    what: str
    hint: str
    first: Path | None = None
    """The other place of a conflict; its line is added to ``what``."""
    at_key: bool = False
    """The key itself is wrong, not its value."""
    position: Position | None = None
    written: WrittenPath | None = None
    """Where it stands in its file, when the merge has something else at ``path``."""

    def __str__(self) -> str:
        where = " ".join(part for part in (str(self.position or ""), dotted(self.path)) if part)
        return f"{where}: {self.what}; {self.hint}"


def dotted(path: Path) -> str:
    """``path`` for people: ``runtime_assets.web-1.services.api.exec[0]``; long or secret keys are not shown."""
    words = ""
    for part in path:
        if isinstance(part, int):
            words += f"[{part}]"
        elif not _PLAIN_KEY.fullmatch(part) or len(part) > _LONGEST_KEY or secret_name(part):
            words += f'["{_shown(part)}"]'
        else:
            words += f".{part}" if words else part
    return words


def _shown(key: str) -> str:
    if secret_name(key):
        return "***"
    printable = "".join(letter if letter.isprintable() and letter != '"' else "?" for letter in key[:_LONGEST_KEY])
    return printable + ("…" if len(key) > _LONGEST_KEY else "")
