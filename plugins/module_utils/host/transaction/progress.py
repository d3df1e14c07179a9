# SPDX-License-Identifier: GPL-3.0-or-later
"""What an activation is doing, a line each, for those who watch. Lives in ``/run``: it is for now, not for later."""

from __future__ import annotations

from pathlib import Path

from ..layout import Layout


class Progress:
    """Lines of one transaction. Writing them never fails an activation."""

    def __init__(self, layout: Layout, transaction_id: str) -> None:
        self._folder = layout.run
        self._file = layout.run / f"progress-{transaction_id}"

    def begin(self) -> None:
        """Forget the transactions before."""
        for path in self._folder.glob("progress-*"):
            path.unlink()

    def say(self, words: str) -> None:
        """Append a line."""
        _append(self._file, words)

    def lines(self) -> list[str]:
        """What was said so far, whole lines only."""
        try:
            text = self._file.read_text(encoding="utf-8")
        except OSError:
            return []
        return [line[:-1] for line in text.splitlines(keepends=True) if line.endswith("\n")]


def _append(path: Path, words: str) -> None:
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(" ".join(words.split()) + "\n")
    except OSError:
        return  # a full /run is no reason to roll back
