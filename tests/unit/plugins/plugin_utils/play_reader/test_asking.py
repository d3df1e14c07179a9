# SPDX-License-Identifier: GPL-3.0-or-later
"""Forks of one run and their reader, as real processes; OpenBao is a stub at the wire."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader import frame
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.asking import ask
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.meeting_place import NAME
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.question import Question
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.credential import approle_file
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.openbao.stub import Stub, http, kv
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.play_reader.run_of_forks import (
    RunOfForks,
    eventually,
    readers_of,
)

VALUE = "canary-5d41402a"
REF = "bao://secret/runtime/a#k"
READ = [[f"{REF}@3", VALUE]]
JUDGEMENT = "POST /v1/sys/capabilities-self "
GONE = {
    "kind": "ReaderGoneError",
    "words": "the process that reads secrets for this run has ended; each fork reads for itself now",
}
#: Who connects and shows what comes back: no fork of the run, whatever else it is.
STRANGER = """
import socket, sys
sock = socket.socket(socket.AF_UNIX)
sock.connect(sys.argv[1])
try:
    sock.sendall(bytes.fromhex(sys.argv[2]))
    print(len(sock.recv(100)))
except ConnectionError:
    print(0)
"""


@pytest.fixture
def openbao() -> Iterator[Stub]:
    with Stub([kv({"k": VALUE}, version=3)]) as stub:
        yield stub


@pytest.fixture
def credentials(tmp_path: Path) -> Path:
    return approle_file(tmp_path)


@pytest.fixture
def question(openbao: Stub, credentials: Path) -> Question:
    connection = {"address": openbao.address, "mount": "secret", "auth": {"method": "approle"}}
    return Question(connection, str(credentials), 10, [REF], is_revealed=True)


@pytest.fixture
def run(tmp_path: Path) -> Iterator[RunOfForks]:
    with RunOfForks(tmp_path / "run") as one:
        yield one


def test_forks_side_by_side_start_one_reader_and_each_gets_its_answer(run: RunOfForks, question: Question) -> None:
    pinned = question._replace(is_revealed=False)
    assert run.ask(*[question, pinned] * 4) == [READ, [[f"{REF}@3", None]]] * 4
    assert len(run.readers()) == 1
    assert run.ask(question) == [READ]
    assert len(run.readers()) == 1


def test_a_failure_comes_in_the_words_it_has_in_a_fork(run: RunOfForks, question: Question, tmp_path: Path) -> None:
    another = question._replace(credentials_file=str(tmp_path / "none"))
    (failure,) = run.ask(another)
    assert failure["words"].startswith(f"{tmp_path / 'none'}: No such file or directory; the credentials file must")


def test_a_credentials_file_that_others_may_read_now_is_refused_at_once(
    run: RunOfForks, question: Question, credentials: Path
) -> None:
    assert run.ask(question) == [READ]
    credentials.chmod(0o644)
    (failure,) = run.ask(question)
    assert failure["words"].startswith(f"{credentials}: mode is 0644")


def test_a_credential_that_was_renewed_counts_at_once(
    run: RunOfForks, question: Question, credentials: Path, openbao: Stub
) -> None:
    run.ask(question)
    credentials.write_text('{"role_id": "canary-role", "secret_id": "another-secret"}')
    run.ask(question)
    first, second = _reads(openbao)
    assert first != second
    assert len(openbao.requests) == 4, "another credential is judged again"


def _reads(openbao: Stub) -> list[str]:
    return [request for request in openbao.requests if not request.startswith(JUDGEMENT)]


def test_a_credential_is_judged_once_for_all_forks(run: RunOfForks, question: Question, openbao: Stub) -> None:
    run.ask(*[question] * 6)
    assert run.ask(question) == [READ]
    assert len(_reads(openbao)) == 7
    assert len(openbao.requests) == 8


def test_a_credential_that_is_too_broad_reads_nothing_for_any_fork(run: RunOfForks, question: Question) -> None:
    root = json.dumps({"data": {"sys/seal": ["root"]}}).encode()
    with Stub([http(200, root)]) as broad:
        other = question._replace(connection={**question.connection, "address": broad.address})
        failures = run.ask(*[other] * 3)
    assert [one["words"].partition(": ")[2].partition(";")[0] for one in failures] == [
        "the credential is too broad, it has root on sealing the server"
    ] * 3
    assert len(broad.requests) == 1


def test_a_question_without_refs_asks_for_the_judgement_alone(
    run: RunOfForks, question: Question, openbao: Stub
) -> None:
    assert run.ask(question._replace(refs=[])) == [[]]
    (request,) = openbao.requests
    assert request.startswith(JUDGEMENT)


def test_when_a_run_ends_its_reader_ends(question: Question, tmp_path: Path) -> None:
    with RunOfForks(tmp_path / "run") as run:
        run.ask(question)
        assert run.readers()
    assert eventually(lambda: not readers_of(run.pid))
    assert os.listdir(run.folder) == []


def test_a_killed_run_leaves_no_reader_behind(run: RunOfForks, question: Question) -> None:
    run.ask(question)
    assert run.readers()
    run.kill()
    assert eventually(lambda: not run.readers())
    assert os.listdir(run.folder) == []


def test_a_reader_that_was_killed_is_told_to_each_fork(run: RunOfForks, question: Question) -> None:
    run.ask(question)
    (reader,) = run.readers()
    os.kill(reader, signal.SIGKILL)
    assert eventually(lambda: not run.readers())
    assert run.ask(question, question) == [GONE, GONE]


def test_a_reader_that_breaks_over_a_question_is_gone_for_that_fork_only(run: RunOfForks, question: Question) -> None:
    assert run.ask(question) == [READ]
    assert run.ask(question._replace(refs=[5])) == [GONE]  # type: ignore[list-item]  # what no lookup lets through
    assert run.ask(question) == [READ]


def test_another_process_of_the_same_user_gets_no_answer(run: RunOfForks, question: Question) -> None:
    run.ask(question)
    assert _stranger(run, question) == "0"


def _stranger(run: RunOfForks, question: Question) -> str:
    one, other = socket.socketpair()
    with one, other:
        frame.send(one, question._asdict())
        sent = other.recv(100_000)
    place = os.open(run.folder, os.O_RDONLY)
    try:
        words = [sys.executable, "-c", STRANGER, f"/proc/self/fd/{place}/{NAME}", sent.hex()]
        ended = subprocess.run(words, pass_fds=[place], capture_output=True, text=True, timeout=30, check=True)
    finally:
        os.close(place)
    return ended.stdout.strip()


def test_no_reader_is_started_when_it_is_not_worth_it(question: Question, tmp_path: Path) -> None:
    with RunOfForks(tmp_path / "run", may_start=False) as run:
        assert run.ask(question) == [None]
        assert run.readers() == []


def test_a_question_that_makes_a_token_is_left_to_the_fork(run: RunOfForks, question: Question) -> None:
    auth = {"method": "approle", "session": "login"}
    assert run.ask(question._replace(connection={**question.connection, "auth": auth})) == [None]
    assert run.readers() == []


def test_a_folder_that_others_may_enter_is_not_used(run: RunOfForks, question: Question) -> None:
    run.folder.chmod(0o755)
    assert run.ask(question) == [None]
    assert run.readers() == []


def test_who_is_no_fork_has_no_reader(question: Question, tmp_path: Path) -> None:
    assert ask(question, str(tmp_path), may_start=True) is None


def test_no_value_or_credential_is_in_a_command_line_environment_or_file(run: RunOfForks, question: Question) -> None:
    run.ask(question)
    (reader,) = run.readers()
    known = [Path(f"/proc/{reader}/{name}").read_bytes() for name in ("cmdline", "environ")]
    assert known[0]
    assert not any(b"canary" in one for one in known)
    assert [file.name for file in run.folder.iterdir()] == [NAME]
    assert (run.folder / NAME).is_socket()


def test_a_reader_holds_nothing_of_the_fork_that_started_it(run: RunOfForks, question: Question) -> None:
    run.ask(question)
    (reader,) = run.readers()
    opened = [os.readlink(file) for file in Path(f"/proc/{reader}/fd").iterdir()]
    files = {name for name in opened if not name.startswith(("socket:", "anon_inode:"))}
    assert files == {"/dev/null", str(run.folder)}


def test_a_reader_leaves_no_core_file(run: RunOfForks, question: Question) -> None:
    run.ask(question)
    (reader,) = run.readers()
    limits = Path(f"/proc/{reader}/limits").read_text()
    assert re.search(r"Max core file size +[01] ", limits), "one byte is what no core is made for"
