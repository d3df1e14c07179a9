# SPDX-License-Identifier: GPL-3.0-or-later
"""The way through a node, with a node whose tools are scripts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleConnectionFailure
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader, init_plugin_loader
from ansible.utils.collection_loader import AnsibleCollectionConfig

NAME = "fractalops.infra.node_attach"
#: Answers for lxc-info, lxc-attach and lxc-execute; runs what stands behind the two dashes.
TOOL = """#!/bin/sh
echo "$0 $*" >> {folder}/log
case $0 in
  *lxc-info) echo {state} ;;
  *lxc-start) echo no disk >&2; exit 1 ;;
  *) while [ "$1" != -- ]; do shift; done; shift; exec "$@" ;;
esac
"""


@pytest.fixture
def connect(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Makes a connection through this machine, on which the container is in the state given."""
    if AnsibleCollectionConfig.collection_finder is None:
        init_plugin_loader([])
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")

    def made(state: str = "RUNNING", **options: Any) -> Any:
        for tool in ("lxc-info", "lxc-attach", "lxc-execute", "lxc-start"):
            (tmp_path / tool).write_text(TOOL.format(folder=tmp_path, state=state))
            (tmp_path / tool).chmod(0o755)
        connection = connection_loader.get(NAME, PlayContext())
        connection.set_options(direct={"tool": "lxc", "container_id": 210, **options})
        return connection

    return made


def test_standard_input_output_error_and_exit_code_come_through(connect: Callable[..., Any], tmp_path: Path) -> None:
    for state, tool in (("running", "lxc-attach"), ("stopped", "lxc-execute")):
        connection = connect(container_state=state)
        assert connection.exec_command("cat; echo 'it is'\"'\" >&2; exit 7", b"a\0b") == (7, b"a\0b", b"it is'\n")
        assert f"/{tool} --lxcpath /var/lib/lxc --name 210" in (tmp_path / "log").read_text().splitlines()[-1]


def test_nothing_of_the_environment_of_the_node_gets_in(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_NODE", "1")
    _code, stdout, _stderr = connect().exec_command("env")
    assert b"OF_THE_NODE" not in stdout and b"HOME=/root" in stdout


def test_pipelining_is_as_configured(connect: Callable[..., Any]) -> None:
    assert connect(pipelining=True).is_pipelining_enabled()


def test_the_node_says_what_state_the_container_is_in(connect: Callable[..., Any]) -> None:
    assert connect("STOPPED").container_state() == "stopped"
    with pytest.raises(AnsibleConnectionFailure, match="the node does not know the container: no such thing"):
        connect("no such thing").container_state()


def test_a_container_that_does_not_start_is_told_in_the_words_of_the_node(connect: Callable[..., Any]) -> None:
    with pytest.raises(AnsibleConnectionFailure, match="the container did not start: no disk"):
        connect().start_container()


def test_the_way_to_a_node_keeps_alive(connect: Callable[..., Any]) -> None:
    node = connect(node_address="192.0.2.1", node_ssh_common_args="-F none")._connect()._node
    words = node._build_command("ssh", "ssh", "192.0.2.1")
    assert words.index(b"-F") < words.index(b"ServerAliveInterval=5")


@pytest.mark.parametrize(
    ("ask", "seconds"),
    [
        (lambda connection: connection.exec_command("true"), 315),
        (lambda connection: connection.container_state(), 120),
        (lambda connection: connection.put_file("/dev/null", "/dev/null"), 315),
    ],
    ids=["in the container", "of the node", "a file"],
)
def test_a_node_is_not_waited_for_without_end(
    connect: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, ask: Callable[[Any], object], seconds: int
) -> None:
    waits: list[float] = []

    def within(patience: float, command: Callable[[], Any]) -> Any:
        waits.append(patience)
        return command()

    connection = connect()
    monkeypatch.setitem(type(connection).exec_command.__globals__, "within", within)
    ask(connection)
    assert waits == [seconds]


def test_what_hangs_is_given_up(connect: Callable[..., Any]) -> None:
    with pytest.raises(AnsibleConnectionFailure, match="given up"):
        connect().exec_command("exit 124")


def test_files_go_both_ways(connect: Callable[..., Any], tmp_path: Path) -> None:
    connection, source = connect(), tmp_path / "it is"
    source.write_bytes(b"\0bytes")
    connection.put_file(str(source), str(tmp_path / "it's there"))
    connection.fetch_file(str(tmp_path / "it's there"), str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == b"\0bytes"


def test_another_machine_is_reached_by_ssh_as_the_user_of_the_node(connect: Callable[..., Any]) -> None:
    connection = connect(node_address="10.20.30.2", node_user="keeper", node_ssh_common_args="-F /srv/ssh")
    node = connection._connect()._node
    assert node.transport == "ssh"
    asked = {name: node.get_option(name) for name in ("host", "remote_user", "ssh_common_args")}
    assert asked == {"host": "10.20.30.2", "remote_user": "keeper", "ssh_common_args": "-F /srv/ssh"}
