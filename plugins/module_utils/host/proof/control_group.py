# SPDX-License-Identifier: GPL-3.0-or-later
"""Limits of a control group as the kernel has them, in cgroup v1, v2 and a mixture of both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .mount_table import Mount, MountTable

#: Controller → its group, as in ``/proc/<pid>/cgroup``; that of v2 under an empty name.
Groups = Mapping[str, str]


class ControlGroups:
    """Where the hierarchies of a host are mounted; ``root`` is ``/`` everywhere but in unit tests."""

    def __init__(self, mounts: MountTable, root: Path) -> None:
        self._root = root
        self._first = {name: one for one in mounts.mounts if one.kind == "cgroup" for name in one.super_options}
        self._second = next((one for one in mounts.mounts if one.kind == "cgroup2"), None)

    def is_first(self, controller: str) -> bool:
        """The controller is one of cgroup v1."""
        return controller in self._first

    def read(self, groups: Groups, controller: str, name: str) -> str | None:
        """A file of the group; None when the kernel has none there."""
        mount = self._first.get(controller, self._second)
        group = groups.get(controller if controller in self._first else "")
        if mount is None or group is None:
            return None
        try:
            return (self._folder(mount, group) / name).read_text(encoding="ascii", errors="replace").strip()
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _folder(self, mount: Mount, group: str) -> Path:
        """Without a cgroup namespace of its own, a container sees groups from the root of the machine."""
        below = group[len(mount.root) :] if mount.root != "/" and group.startswith(mount.root) else group
        return self._root / mount.point.lstrip("/") / below.lstrip("/")


def groups_of_unit(first: Groups, group: str) -> Groups:
    """The groups of a unit without processes, by what systemd calls its group and those of PID 1."""
    return {controller: _above(own) + group for controller, own in first.items()}


def _above(group: str) -> str:
    """The folder below which systemd makes its groups."""
    return group.removesuffix("/init.scope").rstrip("/")
