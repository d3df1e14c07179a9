# SPDX-License-Identifier: GPL-3.0-or-later
"""Every failure of an activation ends with what happened, where the host is now, and the next command."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task import activation
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.activation import ActivationTask
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.deadline import NoAnswerError
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

    def run(_command: str) -> Any:
        if isinstance(command, Exception):
            raise command
        return command

    task: Any = ActivationTask.__new__(ActivationTask)
    task._play, task._host = Play(), "web-1"
    task._task = SimpleNamespace(check_mode=False)
    task._execute_module = execute
    task._connection, task._play_context = SimpleNamespace(reset=lambda: None), SimpleNamespace(remote_user=None)
    task._low_level_execute_command = run
    activation_task: ActivationTask = task
    return activation_task


REFUSED = {
    "failed": True,
    "msg": "x.service: belongs to somebody else; give it another name\nthe host is on generation a",
}
BROKEN = {"failed": True, "msg": "Module result deserialization failed.", "module_stdout": "", "rc": 1}
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
    with pytest.raises(AnsibleActionFail) as failure:
        a_task(answer).activate(arguments, {})
    lines = str(failure.value).splitlines()
    assert lines[-1].startswith("next: ") and lines[-1].endswith(command)
    if len(lines) > 2:
        assert lines[-2] == "the host is on generation a"


def test_the_result_of_a_failure_holds_how_far_it_came_and_no_plan() -> None:
    planned = {"units": {"changed": ["x.service"]}, "repairs": [], "diff": [], "transaction": "t", "previous": "a"}
    answer = FAILED | planned | {"changed": False, "generation": "b", "stage": "rolled-back"}
    with pytest.raises(AnsibleActionFail) as failure:
        a_task(answer).activate(FORWARD, {})
    assert {key: value for key, value in failure.value.result.items() if key not in ("msg", "failed")} == {
        "changed": False,
        "generation": "b",
        "previous": "a",
        "stage": "rolled-back",
    }


def test_a_module_that_crashes_keeps_what_it_printed() -> None:
    crashed = {"failed": True, "msg": "MODULE FAILURE", "module_stderr": "Traceback", "module_stdout": "", "rc": 1}
    with pytest.raises(AnsibleActionFail) as failure:
        a_task(crashed).activate(FORWARD, {})
    assert failure.value.result["module_stderr"] == "Traceback"


def test_a_connection_that_is_lost_says_what_becomes_of_the_host() -> None:
    with pytest.raises(AnsibleConnectionFailure, match="without a confirm the host rolls back") as failure:
        a_task(AnsibleConnectionFailure("no route")).activate(FORWARD, {})
    assert str(failure.value).endswith("next: " + DRIFT)


def a_plan(answer: Any) -> ActivationTask:
    """The same task in check mode."""
    task = a_task(answer)
    task._task.check_mode = True
    return task


def test_a_connection_that_is_lost_in_a_plan_says_that_nothing_was_begun() -> None:
    with pytest.raises(AnsibleConnectionFailure) as failure:
        a_plan(AnsibleConnectionFailure("no route")).activate(FORWARD, {})
    plan = "ansible-playbook fractalops.infra.plan --limit web-1"
    assert str(failure.value).splitlines() == [
        "no route; the connection was lost",
        "it was only asked what it would do, so nothing was changed on it",
        f"next: see whether the host runs and can be reached, then run: {plan}",
    ]


def test_a_module_that_breaks_off_in_a_plan_has_begun_nothing() -> None:
    broken = {"failed": True, "msg": "MODULE FAILURE", "module_stderr": "Traceback", "module_stdout": "", "rc": 1}
    with pytest.raises(AnsibleActionFail, match="the module broke off: Traceback") as failure:
        a_plan(broken).activate(FORWARD, {})
    assert "nothing was changed on it" in str(failure.value) and "window" not in str(failure.value)


@pytest.mark.parametrize(("window", "check", "seconds"), [(15, True, 120), (15, False, 30), (300, True, 315)])
def test_a_plan_is_waited_for_as_any_question_or_as_long_as_the_window(
    monkeypatch: pytest.MonkeyPatch, window: int, check: Any, seconds: int
) -> None:
    waits: list[float] = []

    def within(patience: float, ask: Any) -> Any:
        waits.append(patience)
        return ask()

    monkeypatch.setattr(activation, "within", within)
    task = a_task({"changed": False})
    task._task.check_mode = check
    task.activate({"payload": json.dumps({"generation": {"activation": {"window_seconds": window}}})}, {})
    assert round(waits[0]) == seconds


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
        "OpenBao: is sealed; unseal it",
        "nothing was changed on the host",
        f"next: fix that, then run: {SITE}",
    ]


def begun(**more: Any) -> dict[str, Any]:
    """The answer of a host on which a trial is open, with 25 s left."""
    return {"changed": True, "stage": "trial", "confirm": ["confirm"], "seconds_left": 25.0, **more}


OPEN = re.compile(
    r"the host rolls back by itself within 2\d s, by \d\d:\d\d:\d\d at the latest; "
    r"to look, on the host as root: cat /run/fractalops/"
)
TTY = {"rc": 1, "stdout": "", "stderr": "sudo: sorry, you must have a tty to run sudo\n"}


@pytest.mark.parametrize("more", [{}, {"watch": ["watch"]}], ids=["confirm", "watch"])
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            AnsibleError("Missing sudo password"),
            "needs a password to become root, and the play has none; add --ask-bec",
        ),
        (AnsibleError("Incorrect sudo password"), "is not the right one"),
        (TTY, "Defaults:USER !requiretty"),
        ({"rc": 127, "stdout": "", "stderr": "/bin/sh: 1: /usr/bin/python3: not found"}, "the host has no Python"),
        ({"rc": 0, "stdout": "", "stderr": ""}, "the host gave no reason"),
        ({"rc": 0, "stdout": "Welcome!\n", "stderr": ""}, "Welcome!"),
        (OSError(28, "No space left on device", "/root/.ansible/cp"), "No space left on device"),
        (AnsibleConnectionFailure("no route to host"), "no route to host"),
        (NoAnswerError("the host gave no answer in 20 s"), "the host gave no answer in 20 s"),
    ],
)
def test_whatever_fails_while_a_trial_is_open_says_when_it_ends(more: Any, answer: Any, words: str) -> None:
    with pytest.raises(AnsibleError) as failure:
        a_task(begun(**more), answer).activate(FORWARD, {})
    said = str(failure.value)
    assert words in said and OPEN.search(said) and said.endswith("next: " + DRIFT)


def test_a_connection_that_hangs_is_let_go_and_the_next_is_a_new_one() -> None:
    resets: list[str] = []
    task: Any = a_task(begun(watch=["watch"]), NoAnswerError("the host gave no answer in 20 s"))
    task._connection.reset = lambda: resets.append("reset")
    with pytest.raises(AnsibleConnectionFailure):
        task.activate(FORWARD, {})
    assert resets == ["reset"]


@pytest.mark.parametrize("answer", [AnsibleError("Missing sudo password"), BROKEN | {"module_stderr": TTY["stderr"]}])
def test_who_cannot_become_root_at_all_has_changed_nothing(answer: Any) -> None:
    with pytest.raises(AnsibleActionFail) as failure:
        a_task(answer).activate(FORWARD, {})
    said = str(failure.value)
    assert "nothing was changed on the host" in said and said.endswith(f"next: fix that, then run: {SITE}")
    assert "visudo on the host" in said


def test_a_module_that_breaks_off_may_have_begun_a_trial() -> None:
    with pytest.raises(AnsibleActionFail) as failure:
        a_task(BROKEN | {"module_stderr": "Killed"}).activate(FORWARD, {})
    said = str(failure.value)
    assert said.startswith("the module broke off: Killed")
    assert "the host is on its old generation by the end of its window" in said


@pytest.mark.parametrize(
    ("wait", "then"),
    [
        (0, r"there is nothing to fix; run again: "),
        (25, r"there is nothing to fix; wait until [\d:]{8} \(25 s\), then run: "),
    ],
)
def test_where_nothing_can_be_fixed_the_time_to_wait_is_told(wait: int, then: str) -> None:
    with pytest.raises(AnsibleActionFail) as failure:
        a_task(REFUSED | {"wait_seconds": wait}).activate(FORWARD, {})
    assert re.fullmatch("next: " + then + re.escape(SITE), str(failure.value).splitlines()[-1])
