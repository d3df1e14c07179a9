# SPDX-License-Identifier: GPL-3.0-or-later
"""What ssh is told so that it notices by itself that a host is gone."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.playbook.play_context import PlayContext
from ansible.plugins.loader import connection_loader
from ansible_collections.fractalops.infra.plugins.plugin_utils.task.keepalive import ARGUMENTS, keep_alive

INTERVAL = b"ServerAliveInterval=5"


def an_ssh_connection(**given: str) -> Any:
    """Ansible's own, with options as a user gives them."""
    names = {f"ansible_{name}": value for name, value in given.items()}
    connection = connection_loader.get("ansible.builtin.ssh", PlayContext())
    connection.set_options(var_options=names)
    return connection


@pytest.mark.parametrize("program", ["ssh", "sftp", "scp"])
def test_every_program_of_a_connection_keeps_alive(program: str) -> None:
    connection = an_ssh_connection()
    assert keep_alive(connection)
    assert INTERVAL in connection._build_command(program, program, "web-1")


def test_what_the_user_gave_comes_first_and_stays() -> None:
    connection = an_ssh_connection(ssh_common_args="-o ServerAliveInterval=60", ssh_extra_args="-o Compression=yes")
    keep_alive(connection)
    words = connection._build_command("ssh", "ssh", "web-1")
    # ssh takes the first value it is given. Source: ssh_config(5).
    assert words.index(b"ServerAliveInterval=60") < words.index(INTERVAL)
    assert b"Compression=yes" in words


def test_a_second_time_adds_nothing() -> None:
    connection = an_ssh_connection()
    keep_alive(connection)
    keep_alive(connection)
    assert connection.get_option("ssh_extra_args") == ARGUMENTS


def test_another_connection_is_left_alone() -> None:
    connection = connection_loader.get("ansible.builtin.local", PlayContext())
    connection.set_options()
    before = connection.get_options()
    assert not keep_alive(connection)
    assert connection.get_options() == before
