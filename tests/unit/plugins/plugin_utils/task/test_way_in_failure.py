# SPDX-License-Identifier: GPL-3.0-or-later
"""What sudo and its neighbours print, as the cause and the way out."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.way_in_failure import (
    way_in_failure,
    words_in_place_of_an_answer,
)


@pytest.mark.parametrize(
    ("said", "cause", "way_out"),
    [
        (
            "sudo: sorry, you must have a tty to run sudo",
            "sudo on the host wants a terminal, which a play with pipelining has not",
            "allow it, by visudo on the host: Defaults:deploy !requiretty",
        ),
        ("sudo: a terminal is required to read the password", "wants a terminal", "!requiretty"),
        ("Missing sudo password", "deploy needs a password to become root", "deploy ALL=(ALL) NOPASSWD: ALL"),
        ("sudo: a password is required", "deploy needs a password to become root", "--ask-become-pass"),
        ("Incorrect sudo password", "password of deploy to become root is not the right one", "--ask-become-pass"),
        ("deploy is not in the sudoers file.", "deploy may not become root on the host", "visudo"),
        ("Sorry, user deploy is not allowed to execute '/bin/sh' as root", "deploy may not become root", "visudo"),
        ('sudo: The "no new privileges" flag is set', "may gain no privileges", "NoNewPrivileges"),
        ("/bin/sh: 1: sudo: not found", "sudo is not on the host", "log in as root"),
        ("Timeout (12s) waiting for privilege escalation prompt: ", "becoming root on the host gets no answer", "DNS"),
        ("Timed out waiting for become success.", "becoming root on the host gets no answer", "DNS"),
        ("The module interpreter '/usr/bin/python3' was not found.", "the host has no Python", "install python3"),
        ("/bin/sh: 1: /usr/bin/python3: not found", "the host has no Python", "ansible_python_interpreter"),
    ],
)
def test_the_cause_and_the_way_out_are_named(said: str, cause: str, way_out: str) -> None:
    told = way_in_failure(said, "deploy")
    assert told is not None
    named, _semicolon, out = told.partition("; ")
    assert cause in named and way_out in out


def test_who_logs_in_may_be_unknown() -> None:
    assert "Defaults:USER !requiretty" in str(way_in_failure("you must have a tty to run sudo", None))


@pytest.mark.parametrize("said", ["", "transaction 1: is too late to confirm; wait for its rollback", "exit 7"])
def test_what_is_about_something_else_is_not_explained(said: str) -> None:
    assert way_in_failure(said, "deploy") is None


def test_only_what_is_no_answer_of_a_module_is_looked_into() -> None:
    broken = {"failed": True, "msg": "Module result deserialization failed.", "module_stdout": "", "rc": 1}
    assert words_in_place_of_an_answer(broken | {"module_stderr": " sudo: no \n"}) == (
        "sudo: no\nModule result deserialization failed."
    )
    assert words_in_place_of_an_answer(broken) is None
    assert words_in_place_of_an_answer({"changed": True, "module_stderr": "a warning"}) is None
