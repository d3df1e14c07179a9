# SPDX-License-Identifier: GPL-3.0-or-later
"""A failed task says its words once. Ansible prints both the exception of a task and its result: here the exception
holds all words, for people, and the result holds one line of them, for programs and for a summary.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from ansible.errors import AnsibleAction, AnsibleActionFail, AnsibleConnectionFailure
from ansible.plugins.action import ActionBase

#: What the last line of a failure begins with.
NEXT = "next: "
#: How lines begin that a program of the host said, and not we.
QUOTED = "  "


class LostHostError(AnsibleConnectionFailure):
    """A host that could not be reached, or not any more."""

    def __init__(self, words: str, line: str) -> None:
        super().__init__(words)
        self._line = line

    @property
    def result_contribution(self) -> Mapping[str, object]:
        """What ansible-core 2.19 to 2.21 puts into the result."""
        return {"unreachable": True, "msg": self._line}

    def as_task_result(self, told: Any) -> Any:
        """The same for ansible-core 2.22 and later."""
        told.unreachable, told.msg = True, self._line
        return told


@contextmanager
def said_once(task: ActionBase, host: str) -> Iterator[None]:
    """Turn failures of this block into ones that are printed once and begin with the host."""
    try:
        yield
    except AnsibleActionFail as error:
        _without_source(task)
        words = error.message
        raise AnsibleAction(_of(host, words), result={**_given(error), "msg": one_line(words)}) from None
    except AnsibleConnectionFailure as error:
        _without_source(task)
        raise LostHostError(_of(host, error.message), one_line(error.message)) from None


def one_line(words: str) -> str:
    """What happened and where the host is, without words of a program, their heading, and the next command."""
    lines = words.splitlines()
    ours = [
        line
        for line, after in itertools.zip_longest(lines, lines[1:], fillvalue="")
        if line and not line.startswith((QUOTED, NEXT)) and not after.startswith(QUOTED)
    ]
    return "; ".join(ours or lines[:1]).replace(":; ", ": ")


def _of(host: str, words: str) -> str:
    return f"{host}: {words}"


def _given(error: AnsibleActionFail) -> dict[str, object]:
    """The result that came with the error; what Ansible adds to it by itself is printed when it is given."""
    return {key: value for key, value in error.result.items() if key != "failed"}


def _without_source(task: ActionBase) -> None:
    """Ansible would print the lines of the playbook below the words, as if the mistake were there."""
    vars(task._task)["_ds"] = None
