# SPDX-License-Identifier: GPL-3.0-or-later
"""A failure is printed once: all words in the exception, one line of them in the result."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleAction, AnsibleActionFail, AnsibleConnectionFailure
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.failure import LostHostError, one_line, said_once

WORDS = """generation b rolled-back: health: x.service is failed (exit-code, exit 7)
x.service said last:
  cannot read
  giving up
the host is on generation a
next: fix it, then run: site"""
LINE = "generation b rolled-back: health: x.service is failed (exit-code, exit 7); the host is on generation a"


def a_task() -> Any:
    return SimpleNamespace(_task=SimpleNamespace(_ds={"name": "Switch"}))


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (WORDS, LINE),
        ("it failed", "it failed"),
        ("refused:\nreason: is over\nname: is unknown", "refused: reason: is over; name: is unknown"),
        ("  all quoted", "  all quoted"),
        ("", ""),
    ],
)
def test_one_line_says_what_happened_and_where_the_host_is(words: str, line: str) -> None:
    assert one_line(words) == line


def test_a_failure_begins_with_the_host_and_its_result_with_one_line() -> None:
    task = a_task()
    with pytest.raises(AnsibleAction) as failure, said_once(task, "web-1"):
        raise AnsibleActionFail(WORDS, result={"changed": False, "stage": "rolled-back"})
    assert str(failure.value) == f"web-1: {WORDS}"
    assert failure.value.result == {"changed": False, "stage": "rolled-back", "msg": LINE}
    assert not isinstance(failure.value, AnsibleActionFail), "that one puts all words into the result"


def test_a_failure_is_no_mistake_in_the_playbook_so_no_line_of_it_is_shown() -> None:
    for error in (AnsibleActionFail("it failed"), AnsibleConnectionFailure("no route")):
        task = a_task()
        with pytest.raises((AnsibleAction, LostHostError)), said_once(task, "web-1"):
            raise error
        assert task._task._ds is None


def test_a_host_that_is_lost_stays_unreachable_with_one_line() -> None:
    with pytest.raises(LostHostError) as failure, said_once(a_task(), "web-1"):
        raise AnsibleConnectionFailure("no route\nit rolls back\nnext: drift")
    assert str(failure.value) == "web-1: no route\nit rolls back\nnext: drift"
    assert failure.value.result_contribution == {"unreachable": True, "msg": "no route; it rolls back"}
    told = failure.value.as_task_result(SimpleNamespace())
    assert vars(told) == {"unreachable": True, "msg": "no route; it rolls back"}


def test_what_works_is_left_alone() -> None:
    task = a_task()
    with said_once(task, "web-1"):
        pass
    assert task._task._ds == {"name": "Switch"}
