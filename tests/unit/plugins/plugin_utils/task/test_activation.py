# SPDX-License-Identifier: GPL-3.0-or-later
"""Every failure of an activation ends with what happened, where the host is now, and the next command."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.activation import ActivationTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.play import Play

SITE = "ansible-playbook fractalops.infra.site --tags hosts --limit web-1"
DRIFT = "ansible-playbook fractalops.infra.drift --limit web-1"
FORWARD = {"payload": json.dumps({"generation": {}})}
BACK = {"payload": json.dumps({"back_to": "previous"})}


def a_task(answer: Any, command: Any = None) -> ActivationTask:
    """A task whose host answers the module with ``answer`` and every command with ``command``."""

    def execute(*_arguments: Any, **_options: Any) -> dict[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        return dict(answer)

    task: Any = ActivationTask.__new__(ActivationTask)
    task._play, task._host = Play(), "web-1"
    task._task = SimpleNamespace(check_mode=False)
    task._execute_module = execute
    task._connection, task._play_context = SimpleNamespace(reset=lambda: None), SimpleNamespace(remote_user=None)
    task._low_level_execute_command = lambda *_words: command
    activation_task: ActivationTask = task
    return activation_task


REFUSED = {
    "failed": True,
    "msg": "x.service: belongs to somebody else; give it another name\nthe host is on generation a",
}
FAILED = {"failed": True, "msg": "generation b rolled-back: why\nthe host is on generation a"}


@pytest.mark.parametrize(
    ("arguments", "answer", "command"),
    [
        (FORWARD, REFUSED, f"fix that, then run: {SITE}"),
        (BACK, REFUSED, "fractalops.infra.rollback --limit web-1 -e generation=ID -e reason=WHY"),
        (FORWARD, FAILED | {"stage": "rolled-back"}, f"fix the cause, then run: {SITE}"),
        (FORWARD, FAILED | {"stage": "rollback-failed"}, f"look at it first: {DRIFT}"),
        (FORWARD, {"failed": True, "msg": "MODULE FAILURE"}, SITE),
        (FORWARD, {"failed": True}, SITE),
    ],
)
def test_a_failure_of_the_host_ends_with_where_it_is_and_the_next_command(
    arguments: dict[str, str], answer: dict[str, Any], command: str
) -> None:
    lines = a_task(answer).activate(arguments, {})["msg"].splitlines()
    assert lines[-1].startswith("next: ") and lines[-1].endswith(command)
    if len(lines) > 2:
        assert lines[-2] == "the host is on generation a"


def test_a_connection_that_is_lost_says_what_becomes_of_the_host() -> None:
    with pytest.raises(AnsibleConnectionFailure, match="without a confirm the host rolls back") as failure:
        a_task(AnsibleConnectionFailure("no route")).activate(FORWARD, {})
    assert str(failure.value).endswith("next: " + DRIFT)


@pytest.mark.parametrize(("stderr", "words"), [("too late", "too late"), ("", "the host gave no reason")])
def test_a_confirm_that_is_refused_says_what_becomes_of_the_host(stderr: str, words: str) -> None:
    answer = {"stage": "healthy", "failed": False, "confirm": ["confirm"]}
    with pytest.raises(AnsibleActionFail, match=f"not confirmed: {words}") as failure:
        a_task(answer, {"rc": 1, "stderr": stderr, "stdout": ""}).activate(FORWARD, {})
    lines = str(failure.value).splitlines()
    assert lines[-2].startswith("the host is on its old generation by the end of its window")
    assert lines[-1] == "next: " + DRIFT


def test_a_task_that_was_not_on_the_host_says_so() -> None:
    lines = str(a_task({}).untouched("OpenBao: is sealed; unseal it")).splitlines()
    assert lines == [
        "web-1: OpenBao: is sealed; unseal it",
        "nothing was changed on the host",
        f"next: fix that, then run: {SITE}",
    ]
