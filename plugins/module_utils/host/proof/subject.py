# SPDX-License-Identifier: GPL-3.0-or-later
"""What a proof looks at: a process of a unit on its host."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .control_group import Groups
from .host import Host
from .process import Process

_NAMESPACES = {"mnt": "mount", "net": "network", "uts": "host name"}


@dataclass(frozen=True)
class Subject:
    """``settings`` are all lines of its section, by directive."""

    process: Process
    host: Host
    groups: Groups
    settings: Mapping[str, list[str]]

    def shared(self, kind: str) -> str | None:
        """Says so when the process has no namespace of that kind for itself."""
        if self.process.namespace(kind) != self.host.first.namespace(kind):
            return None
        return f"the process shares the {_NAMESPACES.get(kind, kind)} namespace of PID 1"

    def limit(self, controller: str, first: str, second: str) -> tuple[str, str | None]:
        """Name and content of the file of cgroup v1 or v2 that holds a limit; the second None when there is none."""
        name = first if self.host.control_groups.is_first(controller) else second
        return name, self.host.control_groups.read(self.groups, controller, name) if name else None
