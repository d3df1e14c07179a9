# SPDX-License-Identifier: GPL-3.0-or-later
"""What a node is told is one command line, whatever stands in the command for the container."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.break_glass.container import (
    ENVIRONMENT,
    Container,
    container_of,
)

LXC = container_of({"container_id": 210, "container_name": "worker"}, {"type": "lxc", "path": "/srv/lxc"})
PROXMOX = container_of({"container_id": 210}, {"type": "proxmox"})
HOSTILE = "echo 'a b'; echo \"$HOME\" `id` && true"


def test_a_container_without_a_name_goes_by_its_number() -> None:
    assert "--name 210 " in container_of({"container_id": 210}, {"type": "lxc", "path": "/srv/lxc"}).state()


def test_plain_lxc() -> None:
    inner = [*ENVIRONMENT, "/bin/sh", "-c", HOSTILE]
    named = ["--lxcpath", "/srv/lxc", "--name", "worker"]
    bound = ["timeout", "--kill-after=5", "300"]
    assert shlex.split(LXC.state()) == ["lxc-info", *named, "--state", "--no-humanize"]
    assert shlex.split(LXC.start()) == ["lxc-start", *named, "--daemon"]
    assert shlex.split(LXC.inside(HOSTILE)) == [*bound, "lxc-attach", *named, "--clear-env", "--", *inner]
    assert shlex.split(LXC.at_rest(HOSTILE)) == [*bound, "lxc-execute", *named, "--", *inner]


def test_proxmox() -> None:
    inner = [*ENVIRONMENT, "/bin/sh", "-c", HOSTILE]
    assert PROXMOX.state() == "pct status 210 | sed 's/^status: //'"
    assert PROXMOX.start() == "pct start 210"
    assert shlex.split(PROXMOX.inside(HOSTILE))[3:] == ["pct", "exec", "210", "--", *inner]
    assert shlex.split(PROXMOX.at_rest(HOSTILE))[-len(inner) - 1 :] == ["210", *inner]


#: Says what it was called with; a container 211 is unprivileged, 212 maps users of its own.
PCT = """#!/bin/sh
echo "$1 $2" >> "$LOG"
case "$1 $2" in
  "status "*) echo "status: stopped" ;;
  "config 211") echo "unprivileged: 1" ;;
  "config 212") echo "lxc.idmap: u 0 200000 65536" ;;
esac
"""
TOOL = '#!/bin/sh\necho "{name} $*" | tr "\\n" " " >> "$LOG"; echo >> "$LOG"\n'


@pytest.fixture
def node(tmp_path: Path) -> Path:
    """Stands in for a Proxmox node: its tools say what they are called with."""
    (tmp_path / "pct").write_text(PCT)
    (tmp_path / "unshare").write_text(TOOL.format(name="unshare"))
    for tool in ("pct", "unshare"):
        (tmp_path / tool).chmod(0o755)
    return tmp_path


def told(node: Path, command: str) -> tuple[int, str, list[str]]:
    """Exit code, output, and what the tools of the node were called with."""
    environment = {"PATH": f"{node}:{os.defpath}:/usr/sbin:/sbin", "LOG": str(node / "log")}
    ended = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    log = node / "log"
    return ended.returncode, ended.stdout.strip(), log.read_text().splitlines() if log.exists() else []


def test_the_state_is_one_word(node: Path) -> None:
    assert told(node, PROXMOX.state())[1] == "stopped"


@pytest.mark.parametrize(("number", "users"), [(210, ""), (211, "lxc-usernsexec -m b:0:100000:65536 --")])
def test_a_stopped_proxmox_container_is_mounted_with_mapped_users_and_unmounted(
    node: Path, number: int, users: str
) -> None:
    stopped: Container = container_of({"container_id": number}, {"type": "proxmox"})
    code, _output, calls = told(node, stopped.at_rest("true"))
    assert code == 0
    assert [calls[0], calls[1]] == [f"config {number}", f"config {number}"]
    assert calls[2] == f"mount {number}" and calls[-1] == f"unmount {number}"
    assert f"sh /var/lib/lxc/{number}/rootfs {users} " in calls[3]


def test_a_container_that_maps_users_of_its_own_is_refused_rather_than_guessed_at(node: Path) -> None:
    stopped = container_of({"container_id": 212}, {"type": "proxmox"})
    code, _output, calls = told(node, stopped.at_rest("true"))
    assert code == 125 and calls == ["config 212"]
