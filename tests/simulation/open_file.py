# SPDX-License-Identifier: GPL-3.0-or-later
"""A file that a simulated process has open: what is written waits in memory until it is flushed or closed."""

from __future__ import annotations

import os
from typing import Any, Self

from ansible_collections.fractalops.infra.tests.simulation.process import OpenFile, Process


class SimulatedFile:
    """Whole files only: what the product reads and writes."""

    def __init__(self, process: Process, descriptor: int, opened: OpenFile, mode: str) -> None:
        self._process, self._descriptor, self._opened = process, descriptor, opened
        self._is_text = "b" not in mode
        self._buffer = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def fileno(self) -> int:
        """Its descriptor."""
        return self._descriptor

    def read(self) -> Any:
        """All of it."""
        self._process.read()
        content = self._opened.inode.content
        return content.decode(errors="replace") if self._is_text else content

    def write(self, content: Any) -> int:
        """Kept in memory for now."""
        self._buffer += content.encode() if self._is_text else content
        return len(content)

    def flush(self) -> None:
        """Give it to the file system."""
        if self._buffer:
            self._process.effect("write", self._opened.path)
            self._process.world.files.write(self._opened.inode, self._buffer, append=True)
            self._buffer = b""

    def close(self) -> None:
        """After a flush."""
        self.flush()
        if self._descriptor in self._process.files:
            os.close(self._descriptor)
