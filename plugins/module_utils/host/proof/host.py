# SPDX-License-Identifier: GPL-3.0-or-later
"""What processes of units are compared with: PID 1, which no setting of a unit is about, and the paths of the host."""

from __future__ import annotations

import os
from functools import cached_property

from ..layout import Layout
from .control_group import ControlGroups
from .process import Process


class Host:
    """Looked at once for all units: each path is resolved once."""

    def __init__(self, layout: Layout) -> None:
        self.first = Process(layout.inside("/proc/1"))
        self._layout = layout
        self._resolved: dict[str, str | None] = {}

    @cached_property
    def control_groups(self) -> ControlGroups:
        """Where the host has its hierarchies."""
        return ControlGroups(self.first.mounts, self._layout.root)

    def process(self, pid: int) -> Process:
        """One of its processes."""
        return Process(self._layout.inside(f"/proc/{pid}"))

    def resolved(self, path: str) -> str | None:
        """Where ``path`` leads; None when there is nothing."""
        if path not in self._resolved:
            self._resolved[path] = self._look_up(path)
        return self._resolved[path]

    def _look_up(self, path: str) -> str | None:
        real = os.path.realpath(str(self._layout.inside(path)))
        if not os.path.lexists(real):
            return None
        below = os.path.relpath(real, os.path.realpath(str(self._layout.root)))
        return "/" if below == "." else "/" + below
