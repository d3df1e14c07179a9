# SPDX-License-Identifier: GPL-3.0-or-later
"""Every way to ask beside a URL: what is well is None, what is not is told."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.generation import Generation
from ansible_collections.fractalops.infra.plugins.module_utils.host.health import command
from ansible_collections.fractalops.infra.plugins.module_utils.host.health.check import (
    CREDENTIALS_MARK,
    INSTANCE_MARK,
    CommandCheck,
    HttpCheck,
    LastRunCheck,
    NotifyCheck,
    SocketCheck,
    TcpCheck,
    checks,
    waited_for,
)
from ansible_collections.fractalops.infra.plugins.module_utils.host.health.probe import is_new, last_run, probe
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.systemd import systemd

from ..fake_systemd import DOWN, UP, FakeSystemd
from ..samples import GENERATION_MARK, a_generation, a_unit

UNIT = "x.service"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_port_is_well_when_it_takes_a_connection(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        check = TcpCheck(f"{host}:{server.getsockname()[1]}", 5)
        assert probe(UNIT, check, 5) is None
    assert probe(UNIT, check, 5) == "took no connection (ConnectionRefusedError)"


def test_a_port_of_ipv6_is_asked_as_such() -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as server:
        port = server.getsockname()[1]
        assert probe(UNIT, TcpCheck(f"[::1]:{port}", 5), 5) is None
        assert probe(UNIT, TcpCheck(f"localhost:{port}", 5), 5) is None


def test_a_local_socket_is_well_when_it_takes_a_connection(tmp_path: Path) -> None:
    path = str(tmp_path / "x.sock")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        assert probe(UNIT, SocketCheck(path, 5), 5) is None
    assert probe(UNIT, SocketCheck(path, 5), 5) == "took no connection (ConnectionRefusedError)"
    assert probe(UNIT, SocketCheck(path + "y", 5), 5) == "took no connection (FileNotFoundError)"


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        ({**UP, "WatchdogUSec": "0"}, None),
        ({**UP, "WatchdogUSec": "infinity"}, None),
        ({**DOWN, "ActiveState": "activating"}, "did not hear READY=1 from it (activating)"),
        ({**UP, "WatchdogUSec": "30s", "ActiveEnterTimestampMonotonic": "7", "WatchdogTimestampMonotonic": "8"}, None),
        (
            {**UP, "WatchdogUSec": "30s", "ActiveEnterTimestampMonotonic": "7", "WatchdogTimestampMonotonic": "7"},
            "did not hear WATCHDOG=1 from it since it is up (WatchdogSec=30s)",
        ),
    ],
    ids=["no watchdog", "watchdog off", "starting", "fed", "never fed"],
)
def test_what_a_service_told_systemd_counts(fake: FakeSystemd, shown: dict[str, str], words: str | None) -> None:
    fake.units[UNIT] = shown
    assert probe(UNIT, NotifyCheck(5), 5) == words


@pytest.mark.parametrize(
    ("shown", "since", "words"),
    [
        ({"Result": "success", "ExecMainStartTimestampMonotonic": "0"}, 0.0, None),
        ({"Result": "success", "ExecMainStartTimestampMonotonic": "5000000"}, 0.0, None),
        (
            {"Result": "exit-code", "ExecMainStatus": "3", "ExecMainStartTimestampMonotonic": "5000000"},
            5.0,
            "ended with exit-code (status 3), not with success",
        ),
        ({"Result": "exit-code", "ExecMainStatus": "3", "ExecMainStartTimestampMonotonic": "5000000"}, 5.1, None),
    ],
    ids=["never", "well", "failed", "failed before"],
)
def test_the_last_run_of_a_job_is_judged(shown: dict[str, str], since: float, words: str | None) -> None:
    told = {**DOWN, **shown}
    assert last_run(told, since) == words
    assert is_new(told) == (shown["ExecMainStartTimestampMonotonic"] == "0")


def test_a_job_that_runs_for_the_first_time_is_not_called_new() -> None:
    assert not is_new({**UP, "ExecMainStartTimestampMonotonic": "0"})


class SystemdRun:
    """systemd-run, as it ends; ``said`` is what it was given."""

    def __init__(self, words: str, status: int) -> None:
        self._words, self._status = words, status
        self.said: list[str] = []

    def __call__(self, given: Sequence[str], **_how: object) -> subprocess.CompletedProcess[bytes]:
        if given[0] != "systemd-run":
            return subprocess.CompletedProcess(given, 0, f"Id={UNIT}\nMainPID={os.getpid()}\n".encode(), b"")
        self.said = list(given)
        return subprocess.CompletedProcess(given, self._status, b"", self._words.encode())


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        ("Finished with result: success", 0, None),
        ("Finished with result: exit-code", 4, None),
        ("Finished with result: exit-code", 1, "ended with exit 1, not exit 0 or 4 (journalctl -u "),
        ("Finished with result: timeout", 1, "did not end in 2 s (journalctl -u "),
        ("Finished with result: signal", 255, "could not be run (signal) (journalctl -u "),
        ("Failed to start: no bus", 4, "could not be run (Failed to start: no bus) (journalctl -u "),
    ],
)
def test_how_a_command_ended_is_told(
    monkeypatch: pytest.MonkeyPatch, words: str, status: int, told: str | None
) -> None:
    run = SystemdRun(words, status)
    monkeypatch.setattr(systemd, "call", run)
    answer = probe(UNIT, CommandCheck(["/bin/check", "$HOME"], [0, 4], 2, 30), 5)
    assert answer is None if told is None else str(answer).startswith(told)
    assert "--property=RuntimeMaxSec=2.000" in run.said and run.said[-2:] == ["/bin/check", "$$HOME"]
    assert run.said[run.said.index("nsenter") + 1] == f"--target={os.getpid()}"
    assert {f"--reuid={os.geteuid()}", f"--regid={os.getegid()}", "--no-new-privs"} <= set(run.said)


def test_a_command_has_no_more_time_than_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    run = SystemdRun("Finished with result: success", 0)
    monkeypatch.setattr(systemd, "call", run)
    assert probe(UNIT, CommandCheck(["/bin/check"], [0], 60, 30), 1.5) is None
    assert "--property=RuntimeMaxSec=1.500" in run.said


def test_a_command_needs_a_process_to_run_beside(fake: FakeSystemd) -> None:
    fake.units[UNIT] = {**UP, "MainPID": "0"}
    words = "could not be run (there is no main process to run it beside)"
    assert probe(UNIT, CommandCheck(["/bin/check"], [0], 2, 30), 5) == words
    assert fake.did("systemd-run") == []


def test_two_runs_of_a_command_have_two_names() -> None:
    first, second = (command.unit_name("worker@a b.service") for _number in range(2))
    assert first != second and first.startswith("fractalops-health-worker-a-b-")


def generation() -> Generation:
    words = [f"{GENERATION_MARK}/files/x", f"{CREDENTIALS_MARK}/key", INSTANCE_MARK]
    asked = {"type": "command", "command": words, "exit_status": [0], "timeout_seconds": 5, "within_seconds": 9}
    url = {"url": f"http://127.0.0.1:{INSTANCE_MARK}/", "status": [200], "within_seconds": 9}
    url["headers"] = {"Host": f"{INSTANCE_MARK}.example"}
    return a_generation(
        many_=a_unit(),
        plain=a_unit(health={"url": "http://127.0.0.1/", "status": 200, "within_seconds": 9}),
        job=a_unit(state="on-demand", health={"type": "last_run"}),
        quiet=a_unit(state="on-demand", health={"type": "tcp", "address": "127.0.0.1:1", "within_seconds": 9}),
        **{"worker@": a_unit(instances=["8001", "8002"], health=asked), "web@": a_unit(instances=["1"], health=url)},
    )


def test_each_instance_is_asked_for_itself(tmp_path: Path) -> None:
    made = generation()
    found = checks(Layout(tmp_path), made)
    home, given = f"{tmp_path}/etc/fractalops/generations/{made.id}", f"{tmp_path}/run/credentials"
    assert found["web@1.service"] == HttpCheck("http://127.0.0.1:1/", [200], 9, headers={"Host": "1.example"})
    worker = found["worker@8002.service"]
    assert isinstance(worker, CommandCheck)
    assert worker.command == [f"{home}/files/x", f"{given}/worker@8002.service/key", "8002"]
    assert found["job.service"] == LastRunCheck() and "many-.service" not in found
    assert sorted(waited_for(found, made)) == [
        *("plain.service", "web@1.service", "worker@8001.service", "worker@8002.service"),
    ]


def test_a_check_that_is_not_known_here_is_refused(tmp_path: Path) -> None:
    for wrong in ({"type": "icmp"}, {"type": "tcp", "port": 1}):
        with pytest.raises(HostError, match=r"^health of x.service: is asked in a way that is not known here"):
            checks(Layout(tmp_path), a_generation(x=a_unit(health=wrong)))


def test_a_long_command_is_told_in_part() -> None:
    assert CommandCheck(["/bin/a", "b c"], [0], 1, 1).where == "/bin/a 'b c'"
    assert CommandCheck(["x" * 121], [0], 1, 1).where == "x" * 120 + "…"
