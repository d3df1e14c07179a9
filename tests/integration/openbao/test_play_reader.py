# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader of a real play: what it shares, who may ask it, what it leaves, and a play that loses it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import CANARY
from ansible_collections.fractalops.infra.tests.integration.openbao.estate import (
    PATHS,
    REFS,
    RESOLVED,
    USE,
    Estate,
    Reads,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server
from ansible_collections.fractalops.infra.tests.lab.leak import forms
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.play_reader.run_of_forks import (
    eventually,
    readers_of,
)

HOSTS = 4
GO = "go"
REF = "bao://secret/runtime/postgres#password"
REVEAL = {
    "name": "Use a value",
    "ansible.builtin.assert": {
        "that": [f"query('fractalops.infra.openbao', '{REF}', reveal=true) | first | length == {len(CANARY)}"],
        "quiet": True,
    },
}
WAIT = {
    "name": "Wait for the test",
    "ansible.builtin.wait_for": {"path": f"{{{{ playbook_dir }}}}/{GO}"},
    "run_once": True,
}
NOBODY = 65534
STRANGER = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"


@pytest.fixture
def estate(server: Server, credentials: str, tmp_path: Path) -> Estate:
    return Estate(server, credentials, tmp_path, HOSTS)


class Waiting:
    """A play that has used its secrets and waits."""

    def __init__(self, estate: Estate) -> None:
        self._go, self._output = estate.folder / GO, estate.folder.with_name("output")
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        with self._output.open("w") as output:
            self._process = subprocess.Popen(
                [program, "-vvvvv", f"--inventory={estate.inventory}", "play.yml"],
                cwd=estate.folder,
                env={**estate.environment, "ANSIBLE_LOG_PATH": str(estate.folder / "ansible.log")},
                stdout=output,
                stderr=output,
            )
        assert eventually(lambda: "TASK [Wait for the test]" in self.output), self.output

    @property
    def output(self) -> str:
        return self._output.read_text()

    @property
    def readers(self) -> list[int]:
        return readers_of(self._process.pid)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def go_on(self) -> int:
        """Until it has ended; its exit code."""
        self._go.touch()
        return self._process.wait(120)


@contextmanager
def waiting(estate: Estate) -> Iterator[Waiting]:
    play = Waiting(estate)
    try:
        yield play
    finally:
        play.go_on()


def _ports(server: Server, seen: int) -> set[int]:
    """Ports that reads came from since the audit log had ``seen`` lines: one per connection."""
    entries = [json.loads(line) for line in server.audit_log.read_text().splitlines()[seen:]]
    return {
        entry["request"]["remote_port"]
        for entry in entries
        if entry["type"] == "request" and entry["request"]["path"].startswith("secret/data/")
    }


def test_hosts_share_one_connection(estate: Estate) -> None:
    seen = len(estate.server.audit_log.read_text().splitlines())
    played, reads = estate.reads_of(lambda: estate.play(estate.write(), "--forks=1"))
    assert played.returncode == 0, played.output
    assert reads == Reads(HOSTS * PATHS, HOSTS * PATHS, 0)
    assert len(_ports(estate.server, seen)) == 1


def test_a_host_that_is_alone_reads_for_itself(server: Server, credentials: str, tmp_path: Path) -> None:
    alone = Estate(server, credentials, tmp_path, 1)
    alone.write(tasks=[USE, WAIT])
    with waiting(alone) as play:
        assert len(set(RESOLVED.findall(play.output))) == REFS
        assert play.readers == []


def test_no_value_is_on_disk_in_a_command_line_or_an_environment(estate: Estate, credentials: str) -> None:
    estate.write(tasks=[REVEAL, WAIT])
    secret_id = json.loads(Path(credentials).read_text())["secret_id"]
    with waiting(estate) as play:
        assert len(play.readers) == 1
        assert _found([CANARY.partition(" ")[0], secret_id], estate.folder) == []
        # The control of the search: what is there is found.
        assert _found(["TASK [Wait for the test]"], estate.folder) == [str(estate.folder / "ansible.log")]
    assert not any(form in play.output for form in forms([CANARY.partition(" ")[0], secret_id]))


def _found(values: list[str], folder: Path) -> list[str]:
    """Files of the play, and command lines and environments of all processes, that hold a value in any form."""
    processes = [path / name for path in Path("/proc").glob("[0-9]*") for name in ("cmdline", "environ")]
    files = [file for file in folder.rglob("*") if file.is_file()]
    needles = [form.encode() for form in forms(values)]
    return [str(file) for file in [*files, *processes] if any(needle in _content(file) for needle in needles)]


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # a process that has ended
        return b""


def test_another_user_cannot_ask(estate: Estate) -> None:
    estate.write(tasks=[USE, WAIT])
    with waiting(estate) as play:
        assert len(play.readers) == 1
        (place,) = estate.folder.glob(".ansible/tmp/ansible-local-*/fractalops-reader")
        for folder in place.parents[1:3]:
            folder.chmod(0o755)
        assert place.parent.stat().st_mode & 0o777 == 0o700
        assert "PermissionError" in _connected(place, NOBODY)
        assert _connected(place, os.geteuid()) == ""


def _connected(place: Path, user: int) -> str:
    """What Python says when this user connects; nothing when that works."""
    above = os.open(place.parents[1], os.O_RDONLY)
    path = f"/proc/self/fd/{above}/{place.parent.name}/{place.name}"
    try:
        ended = subprocess.run(
            ["/usr/bin/python3", "-c", STRANGER, path],
            pass_fds=[above],
            user=user,
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )
    finally:
        os.close(above)
    return ended.stderr


def test_a_killed_play_leaves_no_reader_behind(estate: Estate) -> None:
    estate.write(tasks=[USE, WAIT])
    with waiting(estate) as play:
        assert len(play.readers) == 1
        play.kill()
        assert eventually(lambda: play.readers == [])
        assert list(estate.folder.glob(".ansible/tmp/ansible-local-*/*reader*")) == []


def test_a_play_that_ended_leaves_no_reader_behind(estate: Estate) -> None:
    estate.write(tasks=[USE, WAIT])
    with waiting(estate) as play:
        assert len(play.readers) == 1
        assert play.go_on() == 0, play.output
        assert eventually(lambda: play.readers == [])


def test_a_play_that_lost_its_reader_says_so_and_reads_on(estate: Estate) -> None:
    estate.write(tasks=[USE, WAIT, USE])
    before = len(estate.server.requests_for("secret/data/"))
    with waiting(estate) as play:
        (reader,) = play.readers
        os.kill(reader, signal.SIGKILL)
        assert eventually(lambda: play.readers == [])
        assert play.go_on() == 0, play.output
    words = " ".join(play.output.split())
    assert words.count("[WARNING]: the process that reads secrets for this run has ended") >= 1
    assert len(RESOLVED.findall(play.output)) == 2 * HOSTS * REFS
    assert len(estate.server.requests_for("secret/data/")) - before == 2 * HOSTS * PATHS
