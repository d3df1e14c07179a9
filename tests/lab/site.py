# SPDX-License-Identifier: GPL-3.0-or-later
"""A site: a topology on disk and the playbooks run against it, as an operator would."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from . import network, openbao, ssh
from .place import FILES, PROJECT, VENV

GOOD_RELEASE = "2026.11.20-1"
BROKEN_RELEASE = "2026.11.21-broken"
SCHEMA = Path(__file__).with_name("service.schema.json")
RECAP = re.compile(r"^(\S+)\s+: ok=(\d+)\s+changed=(\d+)\s+unreachable=(\d+)\s+failed=(\d+)", re.MULTILINE)
PLAY_SECONDS = 300


@dataclass(frozen=True)
class Run:
    """How a play ended."""

    returncode: int
    output: str

    @property
    def changed(self) -> dict[str, int]:
        """Changed tasks by host, from the recap."""
        return {host: int(changed) for host, _ok, changed, _unreachable, _failed in RECAP.findall(self.output)}

    @property
    def hosts_changed(self) -> set[str]:
        """Hosts on which anything changed."""
        return {host for host, count in self.changed.items() if count}

    @property
    def failed(self) -> dict[str, int]:
        """Failed tasks by host, from the recap."""
        return {host: int(failed) for host, _ok, _changed, _unreachable, failed in RECAP.findall(self.output)}


def service(name: str, port: int, credentials: dict[str, str], **changes: Any) -> dict[str, Any]:
    """A service of the lab's release: a small HTTP server that needs its config and its credentials."""
    return {
        "user": name,
        "release": {"app": "fractalops", "id": GOOD_RELEASE},
        "exec": ["/opt/fractalops/releases/{release_id}/bin/service", "--config", "{config}"],
        "config": {
            "format": "json",
            "schema": SCHEMA.name,
            "content": {"name": name, "port": port, "credentials": sorted(credentials)},
        },
        "credentials": credentials,
        "ports": {"http": port},
        "health": {"http": f"http://127.0.0.1:{port}/healthz", "within_seconds": 8},
        "hardening": "strict",
        **changes,
    }


def host(number: int, services: dict[str, Any], *, window_seconds: int = 40, soak_seconds: int = 1) -> dict[str, Any]:
    """An LXC asset on the lab's host of that number."""
    return {
        "role": "worker",
        "binding": {
            "type": "lxc",
            "node": "lab-node",
            "container_id": 200 + number,
            "network": "lab",
            "address": network.address_of(number),
        },
        "activation": {"window_seconds": window_seconds, "soak_seconds": soak_seconds},
        "services": services,
    }


def topology(assets: dict[str, Any], **sections: Any) -> dict[str, Any]:
    """A topology of the lab with these runtime assets."""
    return {
        "plugin": "fractalops.infra.topology",
        "schema_version": 1,
        "profile": "lab",
        "openbao": {
            "address": openbao.ADDRESS,
            "mount": "secret",
            "ca_file": str(FILES / "openbao/ca.pem"),
            "auth": {"method": "approle", "path": "approle"},
        },
        "networks": {"lab": {"cidr": str(network.GATEWAY.network), "gateway": str(network.GATEWAY.ip)}},
        "nodes": {"lab-node": {"address": network.address_of(90)}},
        "runtime_assets": copy.deepcopy(assets),
        **sections,
    }


class WrittenOut(yaml.SafeDumper):
    """YAML without anchors: a topology has none."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


class Site:
    """One inventory folder and how to play against it."""

    def __init__(self, folder: Path, tree: Path | None = None) -> None:
        self.folder = folder
        self.inventory = folder / "topology.yml"
        self.tree = tree
        """The git work tree of the clusters, when the site has any."""

    def write(self, wanted: dict[str, Any]) -> None:
        """Make ``wanted`` the topology of this site."""
        self.write_text(yaml.dump(wanted, Dumper=WrittenOut, sort_keys=False))

    def write_text(self, text: str) -> None:
        """Make ``text`` the topology of this site."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / SCHEMA.name).write_bytes(SCHEMA.read_bytes())
        self.inventory.write_text(text)

    def command(self, playbook: str, *arguments: str) -> list[str]:
        """The command line of a play; everything it needs is in it or in the project's ansible.cfg."""
        return [
            str(VENV / "bin/ansible-playbook"),
            playbook,
            f"--inventory={self.inventory}",
            f"--ssh-common-args=-F {ssh.CONFIG}",
            f"--extra-vars=openbao_credentials_file={openbao.APPROLE}",
            *([f"--extra-vars=kubernetes_tree_path={self.tree}"] if self.tree else []),
            *arguments,
        ]

    def play(self, playbook: str = "fractalops.infra.site", *arguments: str, **environment: str) -> Run:
        """Run a play to its end."""
        return self.run(self.command(playbook, *arguments), **environment)

    def run(self, command: list[str], **environment: str) -> Run:
        """Run one of Ansible's commands to its end."""
        ended = subprocess.run(
            command,
            cwd=PROJECT,
            env=clean_environment() | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=PLAY_SECONDS,
            check=False,
        )
        return Run(ended.returncode, ended.stdout.decode(errors="replace"))

    def ask(self, host: str, module: str) -> dict[str, Any]:
        """What one of our modules answers on one host."""
        command = self.command("", f"--module-name={module}")
        said = self.run([str(VENV / "bin/ansible"), host, *command[2:]]).output
        if "{" not in said:
            raise RuntimeError(said)
        answer: dict[str, Any] = json.loads(said[said.index("{") : said.rindex("}") + 1])
        return answer

    def start(self, playbook: str = "fractalops.infra.site", *arguments: str) -> subprocess.Popen[bytes]:
        """Start a play in a process group of its own, to be killed."""
        return subprocess.Popen(
            self.command(playbook, *arguments),
            cwd=PROJECT,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def deliver_releases(self) -> None:
        """Put the lab's releases on every host of the site."""
        run = self.play(str(PROJECT / "tests/lab/releases.yml"))
        if run.returncode:
            raise RuntimeError(run.output)


def clean_environment() -> dict[str, str]:
    """What a play is given of our environment: nothing that could stand in for missing configuration."""
    return {
        "PATH": f"{VENV}/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": os.path.expanduser("~"),
        "LANG": "C.UTF-8",
        "ANSIBLE_CONFIG": str(PROJECT / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "1",
    }
