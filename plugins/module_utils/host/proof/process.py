# SPDX-License-Identifier: GPL-3.0-or-later
"""A process as the kernel shows it below ``/proc``.

Source: proc(5). Each file is read once, when it is asked for. All raise OSError of a process that ended.
"""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path

from .mount_table import MountTable


class Process:
    """``folder`` is ``/proc/<pid>``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_there(self) -> bool:
        """It has not ended."""
        return self._folder.is_dir()

    def namespace(self, kind: str) -> str:
        """What tells one namespace of that kind from another, such as ``mnt:[4026531840]``."""
        return os.readlink(str(self._folder / "ns" / kind))

    @cached_property
    def executable(self) -> str:
        """The file it runs."""
        return os.readlink(str(self._folder / "exe"))

    @cached_property
    def status(self) -> dict[str, str]:
        """``NoNewPrivs``, ``Seccomp``, ``CapBnd`` and the like."""
        pairs = (line.partition(":") for line in self._lines("status"))
        return {name: value.strip() for name, _colon, value in pairs}

    @cached_property
    def mounts(self) -> MountTable:
        """What it sees mounted."""
        return MountTable(self._text("mountinfo"))

    @cached_property
    def hard_limits(self) -> dict[str, str]:
        """By the words of the kernel, such as ``Max open files``: a number or ``unlimited``."""
        rows = ((line[:_NAME_WIDTH].strip(), line[_NAME_WIDTH:].split()) for line in self._lines("limits"))
        return {name: values[1] for name, values in rows if len(values) > 1}

    @cached_property
    def control_groups(self) -> dict[str, str]:
        """Controller → its group; that of cgroup v2 under an empty name."""
        lines = (line.split(":", 2) for line in self._lines("cgroup"))
        return {controller: group for _number, names, group in lines for controller in names.split(",")}

    @property
    def nice(self) -> str:
        """Its nice level."""
        # What stands in brackets is the name, which may hold anything.
        return self._text("stat").rpartition(")")[2].split()[16]

    @property
    def oom_score_adjust(self) -> str:
        """How early the kernel kills it."""
        return self._text("oom_score_adj").strip()

    def _lines(self, name: str) -> list[str]:
        return self._text(name).splitlines()

    def _text(self, name: str) -> str:
        return (self._folder / name).read_text(encoding="utf-8", errors="replace")


#: Of the first column of ``limits``.
_NAME_WIDTH = 26
