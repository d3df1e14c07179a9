# SPDX-License-Identifier: GPL-3.0-or-later
"""A question to a host comes to an end, and what is said then."""

from __future__ import annotations

import re
import time
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail, AnsibleConnectionFailure, AnsibleError
from ansible_collections.fractalops.infra.plugins.action.host_generation_info import ActionModule as Drift
from ansible_collections.fractalops.infra.plugins.action.host_health_info import ActionModule as Health
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.failure import LostHostError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.keepalive import ARGUMENTS
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.question import (
    ANSWER_SECONDS,
    QuestionTask,
    answer_seconds,
)
from ansible_collections.fractalops.infra.tests.unit.plugins.action.in_process import run

NEXT = "next: see whether the host runs and can be reached, then ask again"
VARIABLES = {"inventory_hostname": "web-1"}


class Ssh:
    """What is asked of a connection of ssh."""

    has_native_async = False

    def __init__(self) -> None:
        self.options = dict.fromkeys(("ssh_extra_args", "sftp_extra_args", "scp_extra_args"), "")
        self.resets = 0

    def get_option(self, name: str) -> str:
        return self.options[name]

    def set_option(self, name: str, value: str) -> None:
        self.options[name] = value

    def reset(self) -> None:
        self.resets += 1


class Local(Ssh):
    """One without options of ssh."""

    def get_option(self, name: str) -> str:
        raise KeyError(name)


class Stubborn(Ssh):
    """One that does not end."""

    def reset(self) -> None:
        raise OSError("no such program: ssh")


def a_task(answer: Any, connection: Any = None) -> Any:
    """A task whose host gives ``answer``: raised, called or returned."""

    def execute(*arguments: Any, **options: Any) -> Any:
        task.asked = (arguments, options)
        if isinstance(answer, Exception):
            raise answer
        return answer() if callable(answer) else answer

    task: Any = Drift.__new__(Drift)
    task._task, task._connection = SimpleNamespace(), connection or Ssh()
    task._play_context = SimpleNamespace(remote_user="ops")
    task._execute_module = execute
    return task


def lost(answer: Any, seconds: int = 60) -> LostHostError:
    with pytest.raises(LostHostError) as failure:
        a_task(answer).answer("module", {}, VARIABLES, seconds)
    error: LostHostError = failure.value
    return error


def test_what_a_host_answers_is_returned_and_its_connection_keeps_alive() -> None:
    task = a_task({"findings": []})
    assert task.answer("module", {"a": 1}, VARIABLES, 60) == {"findings": []}
    assert task.asked == (("module", {"a": 1}), {"task_vars": VARIABLES, "wrap_async": False})
    assert task._connection.options["ssh_extra_args"] == ARGUMENTS


def test_a_host_without_an_answer_is_told_with_how_long_it_had_and_what_to_do() -> None:
    error = lost(lambda: time.sleep(600), seconds=1)
    words = "web-1: the host gave no answer in 1 s", f"{NEXT}; where it only needs longer, set answer_within_seconds"
    assert str(error).splitlines() == list(words)
    assert error.result_contribution == {"unreachable": True, "msg": "the host gave no answer in 1 s"}


def test_a_connection_that_is_lost_is_told_with_how_long_it_took_and_what_to_do() -> None:
    what, then = str(lost(AnsibleConnectionFailure("Timeout, server web-1 not responding."))).splitlines()
    assert re.fullmatch(r"web-1: Timeout, server web-1 not responding\. \(after 0 s\)", what)
    assert then == NEXT


def test_the_cause_of_a_closed_way_in_is_named() -> None:
    said = "sudo: a password is required"
    assert "web-1: ops needs a password to become root" in str(lost(AnsibleConnectionFailure(said)))
    for answer in (AnsibleError(said), {"failed": True, "msg": "MODULE FAILURE", "module_stderr": said}):
        result = a_task(answer).answer("module", {}, VARIABLES, 60)
        assert result["failed"] and result["msg"].startswith("ops needs a password to become root"), result


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (AnsibleError("no such interpreter"), {"failed": True, "msg": "no such interpreter"}),
        ({"failed": True, "msg": "refused"}, {"failed": True, "msg": "refused"}),
        (
            {"failed": True, "msg": "MODULE FAILURE", "module_stderr": "Traceback"},
            {"failed": True, "msg": "MODULE FAILURE", "module_stderr": "Traceback"},
        ),
    ],
)
def test_a_failure_is_a_result_which_a_report_can_hold(answer: Any, result: dict[str, Any]) -> None:
    assert a_task(answer).answer("module", {}, VARIABLES, 60) == result


@pytest.mark.parametrize(
    ("connection", "seconds", "resets"),
    [(Ssh(), ANSWER_SECONDS, 0), (Ssh(), ANSWER_SECONDS + 1, 1), (Local(), 9999, 0)],
)
def test_a_long_wait_is_over_a_connection_of_its_own(connection: Ssh, seconds: int, resets: int) -> None:
    a_task({}, connection).answer("module", {}, VARIABLES, seconds)
    assert connection.resets == resets


def test_a_connection_without_an_answer_is_let_go() -> None:
    connection = Ssh()
    with pytest.raises(LostHostError):
        a_task(lambda: time.sleep(600), connection).answer("module", {}, VARIABLES, 1)
    assert connection.resets == 1


def test_a_connection_that_cannot_be_let_go_hides_nothing() -> None:
    with pytest.raises(LostHostError, match="no route"):
        a_task(AnsibleConnectionFailure("no route"), Stubborn()).answer("module", {}, VARIABLES, 1)


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_wait_that_cannot_be_is_refused(seconds: int) -> None:
    with pytest.raises(AnsibleActionFail, match=f"answer_within_seconds: is {seconds}; give 1 second or more"):
        answer_seconds({"answer_within_seconds": seconds})
    assert answer_seconds({"answer_within_seconds": 1}) == 1


@pytest.mark.parametrize(("action", "module"), [(Drift, "host_generation_info"), (Health, "host_health_info")])
@pytest.mark.parametrize(("given", "seconds"), [({}, 120), ({"answer_within_seconds": 7}, 7)])
def test_the_two_infos_ask_their_modules(
    monkeypatch: pytest.MonkeyPatch, action: Any, module: str, given: dict[str, int], seconds: int
) -> None:
    asked: list[Any] = []

    def answer(_self: Any, *arguments: Any, **options: Any) -> dict[str, Any]:
        asked.append((*arguments, options))
        return {"changed": False}

    monkeypatch.setattr(QuestionTask, "answer", answer)
    assert run(action, **given) == {"changed": False}
    assert asked == [(f"fractalops.infra.{module}", {}, {}, seconds, {"wrap_async": False})]


def test_an_option_that_does_not_exist_is_refused() -> None:
    with pytest.raises(AnsibleActionFail, match="Unsupported parameters"):
        run(Drift, within_seconds=5)
