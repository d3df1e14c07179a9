# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup in the hosts of a play, through the real ``ansible-playbook``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.unit.ansible_command import ansible

HOSTS = "{{ lookup('fractalops.infra.targets', 'kind_lxc', stages={'look': 'kind_lxc', 'build': 'kind_cluster'}) }}"
GROUPS = {
    "kind_lxc": {"hosts": {"web-1": {}, "web-2": {}}},
    "kind_cluster": {"hosts": {"lab": {}}},
    "kind_control_plane": {"hosts": {"control_plane": {}}},
}
#: Any inventory with the groups of a topology will do: an estate may come from a runner's own store.
CONFIG = "[inventory]\nenable_plugins = ansible.builtin.yaml\n"


def played(folder: Path, *arguments: str, hosts: str = HOSTS) -> subprocess.CompletedProcess[str]:
    """Play one play on hosts that are all this machine."""
    (folder / "inventory.yml").write_text(json.dumps(GROUPS))
    task = {"ansible.builtin.debug": {"msg": "it is {{ inventory_hostname }}"}, "tags": ["look"]}
    (folder / "play.yml").write_text(json.dumps([{"hosts": hosts, "gather_facts": False, "tasks": [task]}]))
    return ansible("playbook", folder, "-c", "local", str(folder / "play.yml"), *arguments, config=CONFIG)


@pytest.mark.parametrize(
    ("arguments", "hosts"),
    [
        ((), ["web-1", "web-2"]),
        (("--limit", "web-2,lab"), ["web-2"]),
        (("--limit", "kind_lxc:!web-2"), ["web-1"]),
        (("--limit", "~web-.*", "--tags", "look"), ["web-1", "web-2"]),
        (("--limit", "kind_lxc[1]"), ["web-2"]),
        (("--skip-tags", "build"), ["web-1", "web-2"]),
    ],
)
def test_what_ansible_leaves_is_played(tmp_path: Path, arguments: tuple[str, ...], hosts: list[str]) -> None:
    done = played(tmp_path, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [host for host in ("web-1", "web-2", "lab") if f"it is {host}" in done.stdout] == hosts


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--limit", "control_plane"), "--limit control_plane: leaves none of the hosts this playbook works on"),
        (("--limit", "all:!kind_lxc", "--tags", "look"), "those are kind_lxc (web-1, web-2); name some of these"),
        (("--limit", "@limit", "--tags", "build"), "--limit @limit: leaves none of the hosts"),
        (
            ("--tags", "looks"),
            "--tags looks: this playbook has no such tag, and nothing was done; there is look, build",
        ),
        (("--skip-tags", "look,build"), "--skip-tags build,look: leaves nothing of this playbook"),
        (("--start-at-task", "nobody"), "--start-at-task nobody: leaves out what must hold"),
    ],
)
def test_what_leaves_nothing_ends_the_command_with_why(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    (tmp_path / "limit").write_text("web-1\nweb-2\n")
    done = played(tmp_path, *(word.replace("@limit", f"@{tmp_path}/limit") for word in arguments))
    assert done.returncode == 4, done.stdout
    assert done.stderr.startswith("[ERROR]: --")
    assert words.replace("@limit", f"@{tmp_path}/limit") in done.stderr
    assert "PLAY RECAP" not in done.stdout


def test_without_stages_the_hosts_of_the_play_are_all_there_is(tmp_path: Path) -> None:
    alone = "{{ lookup('fractalops.infra.targets', 'kind_lxc') }}"
    assert played(tmp_path, "--limit", "web-1", hosts=alone).returncode == 0
    done = played(tmp_path, "--limit", "lab", hosts=alone)
    assert done.returncode == 4
    assert "those are kind_lxc (web-1, web-2); name some of these" in done.stderr


@pytest.mark.parametrize("option", ["--syntax-check", "--list-hosts", "--list-tasks", "--list-tags"])
def test_what_runs_nothing_is_answered(tmp_path: Path, option: str) -> None:
    done = played(tmp_path, "--limit", "lab", option)
    assert done.returncode == 0, done.stderr
