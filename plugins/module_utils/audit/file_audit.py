# SPDX-License-Identifier: GPL-3.0-or-later
"""One file: its name, its lines, who can read it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from . import rule
from .by_design import is_by_design
from .chunk import Chunk, chunks
from .command_line import secret_lines
from .detector import Detector, Hit
from .env_lines import named_secret_lines
from .finding import Findings
from .kind import Kind, is_private, kind_of
from .tree import OpenFile
from .unit_file import environment_files, secret_settings

#: A NUL byte in here makes a file binary: only known values are looked for in it.
HEAD_BYTES = 8192
#: A shorter name cannot hold a secret.
_LONG_NAME = 12

_VARIABLES = {Kind.ENV: rule.ENV_VALUE, Kind.UNIT_VARIABLES: rule.UNIT_ENVIRONMENT_FILE}
Lines = Iterable[tuple[int, str]]


class FileAudit:
    """Reads open files and notes what it finds."""

    def __init__(self, detector: Detector, findings: Findings, max_file_bytes: int) -> None:
        self._detector = detector
        self._findings = findings
        self._max_file_bytes = max_file_bytes
        self.environment_files: set[bytes] = set()
        """Files from which units take variables, as their units name them."""
        self.files = 0
        self.bytes = 0
        self.too_large: list[bytes] = []

    def look(self, file: OpenFile, kind: Kind | None = None) -> None:
        """Note every finding of ``file``, read as ``kind`` when its name does not say so."""
        kind = kind or kind_of(file.path)
        self.files += 1
        found = self._look_at_name(file.path, kind)
        if file.status.st_size > self._max_file_bytes:
            self.too_large.append(file.path)
        elif file.status.st_size:
            found = self._look_inside(file, kind) or found
        if (found or is_private(file.path, kind)) and file.is_reachable and file.status.st_mode & 0o004:
            self._findings.add(file.path, rule.WORLD_READABLE)

    def _look_at_name(self, path: bytes, kind: Kind) -> bool:
        name = path.rpartition(b"/")[2]
        if kind is Kind.ENV:
            self._findings.add(path, rule.ENV_FILE)
        elif kind is Kind.CREDENTIAL:
            self._findings.add(path, rule.CREDENTIAL_FILE)
        has_secret = len(name) >= _LONG_NAME and self._detector.has(name)
        if has_secret:
            self._findings.add(path, rule.SECRET_IN_NAME)
        return has_secret

    def _look_inside(self, file: OpenFile, kind: Kind) -> bool:
        is_binary = b"\0" in os.pread(file.descriptor, HEAD_BYTES, 0)
        if is_binary and not self._detector.known:
            return False
        find = self._detector.values if is_binary else self._detector.hits
        found, is_first = False, True
        for chunk in chunks(file.descriptor, file.status.st_size):
            self.bytes += len(chunk.content)
            found = self._note_hits(file, chunk, find(chunk.content)) or found
            if is_first and not is_binary:
                found = self._note_lines(file.path, self._lines(kind, chunk.content)) or found
            is_first = False
        return found

    def _note_hits(self, file: OpenFile, chunk: Chunk, hits: list[Hit]) -> bool:
        line, counted, found = chunk.line, 0, False
        for hit in hits:
            if chunk.begin <= hit.at < chunk.end and not is_by_design(file.path, hit.rule, file.status.st_mode):
                line += chunk.content.count(b"\n", counted, hit.at)
                counted, found = hit.at, True
                self._findings.add(file.path, hit.rule, line, hit.ref)
        return found

    def _lines(self, kind: Kind, content: bytes) -> Iterator[tuple[int, str]]:
        """What the lines of this kind of file say; of a large one, those of its first mebibyte."""
        if kind in _VARIABLES:
            yield from ((line, _VARIABLES[kind]) for line in named_secret_lines(content))
        elif kind is Kind.HISTORY:
            yield from ((line, rule.SHELL_HISTORY) for line in secret_lines(content))
        elif kind is Kind.UNIT:
            self.environment_files.update(environment_files(content))
            yield from secret_settings(content)

    def _note_lines(self, path: bytes, lines: Lines) -> bool:
        found = False
        for line, which in lines:
            self._findings.add(path, which, line)
            found = True
        return found
