# SPDX-License-Identifier: GPL-3.0-or-later
"""The shipped profiles through the real ``ansible-inventory``, chosen as an operator chooses them."""

from __future__ import annotations

import ipaddress
import json
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.unit.ansible_command import unconfigured_ansible
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT, TREE

NETWORKS = {"lxc-pve-lab": "10.20.30.0/24", "lxc-prod": "10.10.10.0/24"}
DEFAULT = "lxc-pve-lab"


def listed(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``ansible-inventory --list`` in the project, with its configuration, and nothing of our own environment."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "ANSIBLE_CONFIG": str(ROOT / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(TREE),
        "ANSIBLE_HOME": str(folder / "home"),
        "ANSIBLE_LOCAL_TEMP": str(folder / "temp"),
        "ANSIBLE_NOCOLOR": "1",
    }
    return subprocess.run(
        [sys.executable, "-m", "ansible", "inventory", "--list", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def inventory(folder: Path, *arguments: str) -> dict[str, Any]:
    """What it prints."""
    done = listed(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def lxc_assets(profile: str) -> dict[str, Any]:
    """As the topology says them, read without our code."""
    data = yaml.safe_load((ROOT / "inventories" / profile / "topology.yml").read_text(encoding="utf-8"))
    return {name: one for name, one in data["runtime_assets"].items() if one["binding"]["type"] == "lxc"}


def copied(profile: str, folder: Path, old: str, new: str) -> Path:
    """The shipped inventory with ``new`` in place of ``old``."""
    for name in (profile, "schemas"):
        shutil.copytree(ROOT / "inventories" / name, folder / name)
    file = folder / profile / "topology.yml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    return folder / profile


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Where a server of secrets would listen; it never answers, and remembers who connects."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def test_the_lab_is_the_profile_that_nobody_has_to_name(tmp_path: Path) -> None:
    shown = inventory(tmp_path)
    assert f"profile_{DEFAULT.replace('-', '_')}" in shown
    assert shown == inventory(tmp_path, "-i", f"inventories/{DEFAULT}")


@pytest.mark.parametrize("profile", NETWORKS)
def test_a_profile_is_chosen_by_its_name_and_stands_in_its_network(tmp_path: Path, profile: str) -> None:
    shown = inventory(tmp_path, "-i", f"inventories/{profile}")
    assert [group for group in shown if group.startswith("profile_")] == [f"profile_{profile.replace('-', '_')}"]
    variables = shown["_meta"]["hostvars"]
    addresses = [variables[name]["ansible_host"] for name in shown["kind_lxc"]["hosts"]]
    assert len(addresses) == len(lxc_assets(profile)) > 0
    network = ipaddress.ip_network(NETWORKS[profile])
    assert [one for one in addresses if ipaddress.ip_address(one) not in network] == []


@pytest.mark.parametrize("profile", NETWORKS)
def test_a_profile_is_all_there_is_without_a_configuration(tmp_path: Path, profile: str) -> None:
    done = unconfigured_ansible("inventory", tmp_path, "-i", str(ROOT / "inventories" / profile), "--list")
    assert (done.returncode, done.stderr) == (0, "")
    shown = json.loads(done.stdout)
    assert shown == inventory(tmp_path, "-i", f"inventories/{profile}")
    assert set(shown) - {"_meta", "all"} == set(shown["all"]["children"]) - {"ungrouped"}


@pytest.mark.parametrize("profile", NETWORKS)
def test_a_host_of_a_profile_outside_its_network_stops_ansible(tmp_path: Path, profile: str) -> None:
    asset = next(iter(lxc_assets(profile).items()))
    address = asset[1]["binding"]["address"]
    folder = copied(profile, tmp_path, f"address: {address}}}", "address: 10.99.99.9}")
    done = listed(tmp_path, "-i", str(folder))
    assert done.returncode != 0
    refusal = f"runtime_assets.{asset[0]}.binding.address: 10.99.99.9 is outside network"
    assert refusal in " ".join(done.stderr.split())


@pytest.mark.parametrize("profile", NETWORKS)
def test_every_host_is_in_the_groups_of_its_role_node_and_profile(tmp_path: Path, profile: str) -> None:
    shown = inventory(tmp_path, "-i", f"inventories/{profile}")
    wanted: dict[str, set[str]] = {}
    for name, asset in lxc_assets(profile).items():
        for group in (f"role_{asset['role']}", f"node_{asset['binding']['node']}"):
            wanted.setdefault(group.replace("-", "_"), set()).add(name)
    assert {group: set(shown[group]["hosts"]) for group in shown if group.startswith(("role_", "node_"))} == wanted
    assert set(lxc_assets(profile)) <= set(shown[f"profile_{profile.replace('-', '_')}"]["hosts"])


def test_the_list_asks_nobody_for_a_secret_and_shows_refs_only(tmp_path: Path, listener: socket.socket) -> None:
    address = f"http://127.0.0.1:{listener.getsockname()[1]}"
    folder = copied(DEFAULT, tmp_path, 'address: "https://bao.lab.example:8200"\n', f'address: "{address}"\n')
    shown = inventory(tmp_path, "-i", str(folder))
    assert shown["_meta"]["hostvars"]["control_plane"]["topology_openbao"]["address"] == address
    assert "bao://secret/" in json.dumps(shown)
    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.settimeout(10)
    with socket.create_connection(listener.getsockname()), listener.accept()[0] as connection:
        assert connection.fileno() > 0, "who connects is seen"
