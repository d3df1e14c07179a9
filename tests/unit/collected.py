# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tests pytest finds in files, and which of them it may pass over; in a process of its own, nothing is run.

python collected.py REPORT FILE…  writes {id of a test: why it may not run, or nothing} as JSON into REPORT
"""

from __future__ import annotations

import inspect
import json
import sys
from pathlib import Path

import pytest

MARKS = ("skip", "skipif", "xfail")
#: What a test, or a fixture of it, calls to end without a result.
CALLS = {"skip", "importorskip", "xfail"}


class Collector:
    """The plugin."""

    def __init__(self) -> None:
        self.found: dict[str, str] = {}

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """All that would run."""
        self.found = {item.nodeid: excuse(item) for item in session.items if isinstance(item, pytest.Function)}


def excuse(item: pytest.Function) -> str:
    """The mark or the call by which a test need not run or pass; empty when there is none."""
    marks = [f"@{mark.name}" for mark in item.iter_markers() if mark.name in MARKS]
    body = inspect.unwrap(item.function)
    return ", ".join(marks + sorted(CALLS.intersection(body.__code__.co_names)))


def main(report: str, *files: str) -> int:
    """The exit code of pytest."""
    collector = Collector()
    code = pytest.main(["--collect-only", "-q", *files], plugins=[collector])
    Path(report).write_text(json.dumps(collector.found), encoding="utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
