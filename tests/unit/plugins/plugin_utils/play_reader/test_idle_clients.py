# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients between questions: who may use them again, and how many are kept."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import OpenBaoError
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.idle_clients import MAX_IDLE, IdleClients
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.question import Question
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.http.keeper import Keeper
from ansible_collections.fractalops.infra.tests.unit.plugins.plugin_utils.play_reader.run_of_forks import eventually

REF = "bao://secret/runtime/a#k"


def _kv(version: int) -> bytes:
    body = json.dumps({"data": {"data": {"k": "v"}, "metadata": {"version": version}}}).encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


@pytest.fixture
def openbao() -> Iterator[Keeper]:
    with Keeper(_kv(1)) as keeper:
        yield keeper


@pytest.fixture
def question(openbao: Keeper, tmp_path: Path) -> Question:
    connection = {"address": openbao.address, "mount": "secret", "auth": {"method": "approle"}}
    return Question(connection, _credentials(tmp_path, 0), 10, [REF], is_revealed=False)


@pytest.fixture
def clients() -> Iterator[IdleClients]:
    some = IdleClients()
    yield some
    some.close()


def _credentials(folder: Path, number: int) -> str:
    file = folder / f"approle-{number}"
    file.touch(mode=0o600)
    file.write_text(json.dumps({"role_id": "role", "secret_id": f"secret-{number}"}))
    return str(file)


def test_the_next_question_of_the_same_reads_anew_over_the_same_connection(
    clients: IdleClients, openbao: Keeper, question: Question
) -> None:
    assert clients.rows(question) == [(f"{REF}@1", None)]
    openbao.answer = _kv(2)
    assert clients.rows(question) == [(f"{REF}@2", None)]
    assert openbao.connections == 1


def test_another_credential_and_other_settings_have_connections_of_their_own(
    clients: IdleClients, openbao: Keeper, question: Question, tmp_path: Path
) -> None:
    clients.rows(question)
    clients.rows(question._replace(credentials_file=_credentials(tmp_path, 1)))
    clients.rows(question._replace(connection={**question.connection, "namespace": "other"}))
    assert openbao.connections == 3


def test_each_question_has_a_deadline_of_its_own(clients: IdleClients, openbao: Keeper, question: Question) -> None:
    clients.rows(question)
    openbao.is_free.clear()
    with pytest.raises(OpenBaoError, match=r"no complete answer within 0\.2 s"):
        clients.rows(question._replace(deadline_seconds=0.2))
    openbao.is_free.set()
    assert clients.rows(question) == [(f"{REF}@1", None)]


def test_after_a_failure_a_client_is_not_used_again(clients: IdleClients, openbao: Keeper, question: Question) -> None:
    with pytest.raises(OpenBaoError, match="has no such key"):
        clients.rows(question._replace(refs=["bao://secret/runtime/a#none"]))
    clients.rows(question)
    assert openbao.connections == 2


def test_of_many_credentials_the_connections_that_were_used_last_are_kept(
    clients: IdleClients, openbao: Keeper, question: Question, tmp_path: Path
) -> None:
    files = [_credentials(tmp_path, number) for number in range(MAX_IDLE + 2)]
    for file in files:
        clients.rows(question._replace(credentials_file=file))
    assert openbao.connections == MAX_IDLE + 2
    assert eventually(lambda: openbao.ended == 2)
    clients.rows(question._replace(credentials_file=files[-1]))
    assert openbao.connections == MAX_IDLE + 2
    clients.rows(question._replace(credentials_file=files[0]))
    assert openbao.connections == MAX_IDLE + 3
