# SPDX-License-Identifier: GPL-3.0-or-later
"""The audit of a host: folders, effective units, processes."""

from __future__ import annotations

import glob
import os
from collections.abc import Mapping, Sequence

from . import loaded_unit, rule
from .by_design import FOLDERS
from .detector import Detector
from .env_lines import named_secret_lines
from .file_audit import FileAudit
from .finding import Findings
from .kind import Kind
from .known_value import KnownValues
from .process_audit import ProcessAudit
from .shown_path import shown_path
from .tree import ANOTHER_FILE_SYSTEM, TOO_DEEP, OpenFile, Tree

#: Stands for the variables systemd hands to every unit, which are in no file.
MANAGER = b"systemctl show-environment"
MAX_UNREAD = 50
TOO_LARGE = "too large"
#: Reasons for which a place is not read although it could be.
LEFT_OUT_BY_DESIGN = (ANOTHER_FILE_SYSTEM, TOO_DEEP, TOO_LARGE)


class Audit:
    """One look at a host; nothing is changed, and nothing is written."""

    def __init__(self, values: Mapping[str, str], exclude: Sequence[str], max_file_bytes: int) -> None:
        self._known = KnownValues(values)
        self._detector = Detector(self._known)
        self._findings = Findings(lambda path: shown_path(self._detector, path))
        self._tree = Tree([*FOLDERS, *map(os.fsencode, exclude)])
        self._files = FileAudit(self._detector, self._findings, max_file_bytes)
        self._processes = ProcessAudit(self._detector, self._findings)

    def folders(self, roots: Sequence[str]) -> None:
        """Every file below ``roots``."""
        for root in roots:
            for file in self._tree.files(os.fsencode(root)):
                self._look(file)

    def expect(self, roots: Sequence[str]) -> None:
        """Note which of these folders do not exist."""
        for root in roots:
            if not os.path.exists(root):
                self._tree.unread.setdefault(os.fsencode(root), "does not exist")

    def units(self) -> None:
        """What systemd really applies: unit files, the files of their variables, its own environment.

        Raises HostError.
        """
        for path in loaded_unit.unit_files():
            self._look_at(path, Kind.UNIT)
        named = sorted(self._files.environment_files)
        for path in sorted({match for pattern in named for match in glob.glob(pattern)}):
            self._look_at(path, Kind.UNIT_VARIABLES)
        content = loaded_unit.manager_environment()
        for line in named_secret_lines(content):
            self._findings.add(MANAGER, rule.UNIT_ENVIRONMENT, line)
        for hit in self._detector.hits(content):
            self._findings.add(MANAGER, hit.rule, content.count(b"\n", 0, hit.at) + 1, hit.ref)

    def processes(self) -> None:
        """Environments and command lines."""
        self._processes.look()

    def result(self) -> dict[str, object]:
        """What was found and what was looked at."""
        unread = {**self._tree.unread, **dict.fromkeys(self._files.too_large, TOO_LARGE)}
        return {
            "findings": self._findings.results(),
            "findings_left_out": self._findings.left_out,
            "looked_at": {
                "files": self._files.files,
                "bytes": self._files.bytes,
                "processes": self._processes.processes,
                "known_values": self._known.searched,
            },
            "not_searched": self._known.skipped,
            "unread": [
                {"path": shown_path(self._detector, path), "reason": reason}
                for path, reason in sorted(unread.items(), key=_errors_first)[:MAX_UNREAD]
            ],
            "unread_left_out": max(0, len(unread) - MAX_UNREAD),
        }

    def _look_at(self, path: bytes, kind: Kind) -> None:
        for file in Tree(FOLDERS).files(path):
            self._look(file, kind)

    def _look(self, file: OpenFile, kind: Kind | None = None) -> None:
        """A file can break off anywhere: it is cut, its disk or its server is gone."""
        try:
            self._files.look(file, kind)
        except OSError as error:
            self._tree.note(file.path, error)


def _errors_first(one: tuple[bytes, str]) -> tuple[bool, bytes]:
    path, reason = one
    return reason in LEFT_OUT_BY_DESIGN, path
