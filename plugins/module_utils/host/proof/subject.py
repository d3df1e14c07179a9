# SPDX-License-Identifier: GPL-3.0-or-later
"""What a proof looks at: a process of a unit, beside PID 1, which nothing of the unit's settings is about."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from ..layout import Layout
from .control_group import ControlGroups, Groups
from .process import Process

_NAMESPACES = {"mnt": "mount", "net": "network", "uts": "host name"}


@dataclass(frozen=True)
class Subject:
    """``settings`` are all lines of its section, by directive."""

    process: Process
    first: Process
    """PID 1."""
    groups: Groups
    control_groups: ControlGroups
    layout: Layout
    settings: Mapping[str, list[str]]

    def shared(self, kind: str) -> str | None:
        """Says so when the process has no namespace of that kind for itself."""
        if self.process.namespace(kind) != self.first.namespace(kind):
            return None
        return f"the process shares the {_NAMESPACES.get(kind, kind)} namespace of PID 1"

    def resolved(self, path: str) -> str | None:
        """Where ``path`` leads on the host; None when there is nothing."""
        real = os.path.realpath(str(self.layout.inside(path)))
        if not os.path.lexists(real):
            return None
        below = os.path.relpath(real, os.path.realpath(str(self.layout.root)))
        return "/" if below == "." else "/" + below

    def limit(self, controller: str, first: str, second: str) -> tuple[str, str | None]:
        """Name and content of the file of cgroup v1 or v2 that holds a limit; the second None when there is none."""
        name = first if self.control_groups.is_first(controller) else second
        return name, self.control_groups.read(self.groups, controller, name) if name else None
