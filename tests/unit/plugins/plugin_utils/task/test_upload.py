# SPDX-License-Identifier: GPL-3.0-or-later
"""Files sent in pieces, by the real shell and the real ``dd``."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.task import upload as uploads
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.upload import becomes_root, upload


class Task:
    """Runs commands here, as Ansible's own task runs them on a host."""

    def __init__(self, become: object = None, remote_user: str | None = None) -> None:
        self._connection = SimpleNamespace(become=become)
        self._remote_user = remote_user
        self.commands: list[str] = []
        self.twice = False

    def _get_remote_user(self) -> str | None:
        return self._remote_user

    def _get_admin_users(self) -> list[str]:
        return ["root"]

    def _low_level_execute_command(self, command: str, in_data: bytes) -> dict[str, Any]:
        self.commands.append(command)
        for _time in range(2 if self.twice else 1):
            ended = subprocess.run(["/bin/sh", "-c", command], input=in_data, capture_output=True, check=False)
        return {"rc": ended.returncode, "stderr": ended.stderr.decode()}


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a mebibyte, so that a test needs no large file."""
    monkeypatch.setattr(uploads, "PIECE_MEBIBYTES", 1)


@pytest.mark.parametrize("size", [1, uploads.MEBIBYTE - 1, uploads.MEBIBYTE, 3 * uploads.MEBIBYTE + 17])
@pytest.mark.parametrize("twice", [False, True])
def test_what_arrives_is_what_was_sent(tmp_path: Path, size: int, twice: bool) -> None:  # noqa: FBT001  a case
    source, target, task = tmp_path / "source", tmp_path / "it's there", Task()
    source.write_bytes(os.urandom(size))
    task.twice = twice
    upload(task, source, str(target))  # type: ignore[arg-type]
    assert target.read_bytes() == source.read_bytes()
    assert len(task.commands) == -(-size // uploads.MEBIBYTE)


def test_a_piece_that_cannot_be_written_ends_it_with_the_words_of_the_host(tmp_path: Path) -> None:
    source, task = tmp_path / "source", Task()
    source.write_bytes(b"x" * 2 * uploads.MEBIBYTE)
    with pytest.raises(InfraError, match=r"/nowhere/it: was not written: dd: .*No such file or directory; look at the"):
        upload(task, source, "/nowhere/it")  # type: ignore[arg-type]
    assert len(task.commands) == 1


@pytest.mark.parametrize(
    ("become", "user", "answer"),
    [(None, "deploy", False), ("sudo", "deploy", True), ("sudo", None, True), ("sudo", "root", False)],
)
def test_only_who_becomes_root_sends_in_pieces(become: str | None, user: str | None, answer: bool) -> None:  # noqa: FBT001
    assert becomes_root(Task(become, user)) is answer  # type: ignore[arg-type]
