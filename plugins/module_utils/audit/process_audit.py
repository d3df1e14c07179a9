# SPDX-License-Identifier: GPL-3.0-or-later
"""Every process: its environment and its command line. Source: proc(5)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from . import rule
from .command_line import is_secret_command, secret_arguments
from .detector import Detector
from .env_lines import named_secret_lines
from .finding import Findings

#: Of one process; the kernel gives no more of an environment than was there at its start.
MAX_BYTES = 4 * 1024 * 1024


class ProcessAudit:
    """Looks at all processes but this one."""

    def __init__(self, detector: Detector, findings: Findings, proc: Path = Path("/proc")) -> None:
        self._detector = detector
        self._findings = findings
        self._proc = proc
        self.processes = 0

    def look(self) -> None:
        """Note every finding; a process that ends meanwhile has none."""
        own = str(os.getpid())
        for process in sorted(filter(str.isdigit, os.listdir(str(self._proc))), key=int):
            if process != own:
                self.processes += 1
                self._environment(self._proc / process / "environ")
                self._arguments(self._proc / process / "cmdline")

    def _environment(self, file: Path) -> None:
        content = _read(file)
        self._note(file, content, named_secret_lines(content, b"\0"), rule.PROCESS_ENVIRONMENT)

    def _arguments(self, file: Path) -> None:
        content = _read(file)
        words = content.rstrip(b"\0").split(b"\0")
        lines = set(secret_arguments(words))
        if not lines and is_secret_command(b" ".join(words)):
            lines = {0}
        self._note(file, content, sorted(lines), rule.PROCESS_ARGUMENTS)

    def _note(self, file: Path, content: bytes, lines: Iterable[int], which: str) -> None:
        """Each variable or argument counts as a line."""
        path = os.fsencode(str(file))
        for line in lines:
            self._findings.add(path, which, line)
        for hit in self._detector.hits(content.replace(b"\0", b"\n")):
            self._findings.add(path, hit.rule, content.count(b"\0", 0, hit.at) + 1, hit.ref)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES)
    except OSError:
        return b""
