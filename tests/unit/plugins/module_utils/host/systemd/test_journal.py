# SPDX-License-Identifier: GPL-3.0-or-later
"""The last words of a unit are those of the program that failed, and not of the one that made room for it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import journal, systemd

from ..fake_systemd import FakeSystemd


def program(message: Any, life: str) -> dict[str, Any]:
    """What the process of the unit said."""
    return {"MESSAGE": message, "PRIORITY": "6", "_SYSTEMD_INVOCATION_ID": life}


def manager(message: str, life: str, priority: int = 6) -> dict[str, Any]:
    """What systemd said of the unit."""
    return {"MESSAGE": message, "PRIORITY": str(priority), "UNIT": "x.service", "INVOCATION_ID": life}


STOPPED = [
    manager("Stopping x.service", "old"),
    program("told to stop", "old"),
    manager("x.service: Failed with result", "old", 4),
]
CRASHED = [
    manager("Starting x.service", "new-1"),
    program("cannot read\nthe config", "new-1"),
    manager("x.service: Main process exited, status=7", "new-1", 5),
]
UNSTARTABLE = [
    manager("Starting x.service", "new-2"),
    manager("x.service: Failed to execute /opt/x: No such file or directory", "new-2", 3),
    manager("x.service: Main process exited, status=203/EXEC", "new-2", 5),
    manager("Stopped x.service", "new-2"),
]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The journal, oldest first."""
    entries: list[dict[str, Any]] = []

    def call(command: Sequence[str]) -> subprocess.CompletedProcess[bytes]:
        assert command[0] == "journalctl"
        lines = [] if command[1] == "--sync" else [json.dumps(entry) for entry in reversed(entries)]
        return subprocess.CompletedProcess(command, 0, "\n".join(lines).encode(), b"")

    monkeypatch.setattr(systemd, "call", call)
    return entries


def words(limit: int = 20) -> list[str]:
    return journal.last_words("x.service", 0.0, {"old"}, limit)


def test_words_are_of_the_program_and_neither_of_systemd_nor_of_the_old_one(said: list[dict[str, Any]]) -> None:
    said += STOPPED + CRASHED
    assert words() == ["cannot read", "the config"]


def test_a_program_that_is_restarted_and_says_it_again_is_quoted_once(said: list[dict[str, Any]]) -> None:
    said += CRASHED + [entry | {key: "new-2" for key in entry if "INVOCATION" in key} for entry in CRASHED]
    assert words() == ["cannot read", "the config"]


def test_a_new_life_that_said_nothing_yet_hides_no_words(said: list[dict[str, Any]]) -> None:
    said += [*CRASHED, manager("Starting x.service", "new-2")]
    assert words() == ["cannot read", "the config"]


def test_of_a_program_that_never_spoke_systemd_says_what_went_wrong(said: list[dict[str, Any]]) -> None:
    said += STOPPED + UNSTARTABLE
    assert words() == [
        "x.service: Failed to execute /opt/x: No such file or directory",
        "x.service: Main process exited, status=203/EXEC",
    ]


def test_nothing_is_said_of_a_unit_that_only_stopped(said: list[dict[str, Any]]) -> None:
    said += STOPPED
    assert words() == []


def test_the_end_of_many_words_is_kept(said: list[dict[str, Any]]) -> None:
    said += [program(f"line {number}", "new") for number in range(40)] + [program("x" * 9000, "new")]
    assert words(3) == ["line 38", "line 39", "x" * journal.LINE_CHARACTERS]


def test_bytes_that_are_no_text_and_empty_messages_stop_nobody(said: list[dict[str, Any]]) -> None:
    said += [program(list(b"na\xefve"), "new"), program(None, "new"), program(" \n", "new")]
    assert words() == ["na\ufffdve"]


def test_lives_are_asked_for_by_unit(fake: FakeSystemd) -> None:
    fake.start("x.service", "y.service")
    assert journal.invocations(["x.service", "y.service", "absent.service"]) == {"life-1", "life-2"}


def test_a_systemd_that_does_not_answer_has_no_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(*_arguments: Any) -> dict[str, dict[str, str]]:
        raise HostError("systemctl", "gave no answer", "look")

    monkeypatch.setattr(systemd, "show", silent)
    assert journal.invocations(["x.service"]) == set()
