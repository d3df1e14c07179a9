# SPDX-License-Identifier: GPL-3.0-or-later
"""Plays on many hosts: each distinct path once per host, no token left, whatever way the play is run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.fractalops.infra.tests.integration.openbao.estate import (
    PATHS,
    REFS,
    RESOLVED,
    USE,
    Estate,
    Reads,
)
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

HOSTS = 50
FEW = 6


@pytest.fixture(scope="module")
def fifty(server: Server, credentials: str, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return Estate(server, credentials, tmp_path_factory.mktemp("fifty"), HOSTS)


@pytest.fixture(scope="module")
def few(server: Server, credentials: str, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    return Estate(server, credentials, tmp_path_factory.mktemp("few"), FEW)


def test_fifty_hosts_with_twenty_refs_read_each_path_once_and_leave_no_token(fifty: Estate) -> None:
    playbook = fifty.write()
    played, reads = fifty.reads_of(lambda: fifty.play(playbook))
    assert played.returncode == 0, played.output
    assert len(set(RESOLVED.findall(played.output))) == HOSTS * REFS
    assert reads == Reads(count=HOSTS * PATHS, distinct=HOSTS * PATHS, tokens_made=0)


@pytest.mark.parametrize(
    ("keywords", "arguments", "hosts"),
    (
        ({}, ["--forks=1"], FEW),
        ({}, ["--forks=6"], FEW),
        ({"serial": 2}, [], FEW),
        ({"strategy": "ansible.builtin.free"}, [], FEW),
        ({"tasks": [{**USE, "run_once": True}]}, [], 1),
        ({"tasks": [{**USE, "delegate_to": "host-0"}]}, [], FEW),
        ({}, ["--check", "--diff"], FEW),
    ),
    ids=("one fork", "forks", "serial", "free", "run_once", "delegate_to", "check"),
)
def test_it_is_the_same_however_the_play_is_run(
    few: Estate, keywords: dict[str, Any], arguments: list[str], hosts: int
) -> None:
    playbook = few.write(**keywords)
    played, reads = few.reads_of(lambda: few.play(playbook, *arguments))
    assert played.returncode == 0, played.output
    assert len(set(RESOLVED.findall(played.output))) == hosts * REFS
    assert reads == Reads(count=hosts * PATHS, distinct=hosts * PATHS, tokens_made=0)


def test_it_is_the_same_under_ansible_runner(few: Estate) -> None:
    playbook = few.write()
    played, reads = few.reads_of(lambda: few.runner(playbook))
    assert played.returncode == 0, played.output
    assert len(set(RESOLVED.findall(played.output))) == FEW * REFS
    assert reads == Reads(count=FEW * PATHS, distinct=FEW * PATHS, tokens_made=0)
