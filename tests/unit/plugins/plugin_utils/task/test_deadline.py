# SPDX-License-Identifier: GPL-3.0-or-later
"""Waits that end, of real processes and pipes that hang as those of a connection do."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.deadline import NoAnswerError, within

SOON = 0.2


def is_alive(pid: int) -> bool:
    """A process that is not dead, whether or not somebody has asked for its end."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def is_gone_soon(pid: int) -> bool:
    """Dead within some seconds."""
    give_up = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < give_up:
        time.sleep(0.01)
    return not is_alive(pid)


def test_what_answers_in_time_is_returned() -> None:
    assert within(60, lambda: "answer") == "answer"
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_an_error_stays_what_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        within(60, lambda: 1 / 0)
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_process_that_hangs_is_given_up_and_killed_with_what_it_started(tmp_path: Path) -> None:
    child = tmp_path / "child"
    hanging = ["/bin/sh", "-c", f"sleep 600 & echo $! >{child}; wait"]
    with pytest.raises(NoAnswerError, match="the host gave no answer in 1 s"):
        within(1, lambda: subprocess.run(hanging, check=False))
    assert is_gone_soon(int(child.read_text()))


def test_what_was_there_before_lives_on() -> None:
    before = subprocess.Popen(["sleep", "600"])
    time.sleep(0.05)
    try:
        with pytest.raises(NoAnswerError):
            within(SOON, lambda: time.sleep(600))
        assert before.poll() is None
    finally:
        before.kill()
        before.wait()


def test_a_client_that_does_not_read_holds_up_no_clean_up() -> None:
    """As in Ansible's ssh plugin: what is left in the buffer is written when the pipe is closed."""
    started: list[subprocess.Popen[bytes]] = []

    def send() -> None:
        client = subprocess.Popen(["sleep", "600"], stdin=subprocess.PIPE)
        started.append(client)
        assert client.stdin
        try:
            client.stdin.write(b"x" * (1 << 20))
        finally:
            client.stdin.close()

    with pytest.raises(NoAnswerError):
        within(SOON, send)
    assert started[0].wait() == -signal.SIGKILL


def test_what_tries_again_after_any_error_is_given_up_all_the_same() -> None:
    def ask() -> None:
        while True:
            try:
                time.sleep(600)
            except Exception:  # noqa: BLE001  as Ansible's ssh plugin does
                continue

    with pytest.raises(AnsibleConnectionFailure, match="gave no answer"):
        within(SOON, ask)


def test_what_swallows_the_first_alarm_gets_another() -> None:
    swallowed = []

    def ask() -> None:
        try:
            time.sleep(600)
        except BaseException as error:  # noqa: BLE001  such as a destructor does
            swallowed.append(error)
        time.sleep(600)

    with pytest.raises(NoAnswerError):
        within(SOON, ask)
    assert len(swallowed) == 1


def rung(_signal: int, _frame: object) -> None:
    """The alarm of a task with a ``timeout``."""
    raise TimeoutError("the task")


def test_an_alarm_that_rings_first_stays_as_it_is() -> None:
    before = signal.signal(signal.SIGALRM, rung)
    signal.setitimer(signal.ITIMER_REAL, SOON)
    try:
        with pytest.raises(TimeoutError, match="the task"):
            within(60, lambda: time.sleep(600))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_an_alarm_that_rings_later_rings_after_it() -> None:
    before = signal.signal(signal.SIGALRM, rung)
    signal.setitimer(signal.ITIMER_REAL, 600)
    try:
        with pytest.raises(NoAnswerError):
            within(SOON, lambda: time.sleep(600))
        left, _interval = signal.getitimer(signal.ITIMER_REAL)
        assert 0 < left < 600 and signal.getsignal(signal.SIGALRM) is rung
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_another_thread_is_not_interrupted() -> None:
    answers: list[str] = []

    def ask() -> str:
        time.sleep(2 * SOON)
        return "answer"

    thread = threading.Thread(target=lambda: answers.append(within(SOON, ask)))
    thread.start()
    thread.join()
    assert answers == ["answer"]


def shell(script: str) -> Callable[[], int]:
    """A process of ours, as a transfer is."""
    return lambda: subprocess.run(["/bin/sh", "-c", script], check=False).returncode


def test_a_transfer_may_take_as_long_as_bytes_move() -> None:
    moving = "for second in 1 2 3 4 5 6 7 8 9 10; do sleep 0.1; head -c 1000 /dev/zero >/dev/null; done"
    assert within(0.5, shell(moving), while_bytes_move=True) == 0


def test_a_transfer_that_stands_still_is_given_up() -> None:
    with pytest.raises(NoAnswerError):
        within(0.5, shell("exec sleep 600"), while_bytes_move=True)


def test_where_bytes_cannot_be_seen_nothing_is_given_up() -> None:
    assert within(0.05, lambda: time.sleep(0.5) or os.getpid(), while_bytes_move=True) == os.getpid()
