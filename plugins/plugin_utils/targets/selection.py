# SPDX-License-Identifier: GPL-3.0-or-later
"""What a command line chooses of an inventory and of a playbook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ansible.playbook.block import Block
from ansible.playbook.task import Task

#: Tags that Ansible gives a meaning of its own.
SPECIAL_TAGS = frozenset({"all", "always", "never", "tagged", "untagged"})


@dataclass(frozen=True, slots=True)
class Selection:
    """The arguments of ``ansible-playbook`` that leave something out."""

    sources: tuple[str, ...] = ()
    limit: str | None = None
    tags: tuple[str, ...] = ("all",)
    skip_tags: tuple[str, ...] = ()
    start_at_task: str | None = None

    def includes(self, tag: str) -> bool:
        """Whether tasks with this tag run. Ansible itself is asked: its rules have exceptions."""
        task: Any = Task(block=Block())
        task.tags = [tag]
        return bool(task.evaluate_tags(self.tags, self.skip_tags, {}))

    @property
    def named_tags(self) -> list[str]:
        """The tags of ``--tags`` that a playbook has to know."""
        return [tag for tag in self.tags if tag not in SPECIAL_TAGS]
