# SPDX-License-Identifier: GPL-3.0-or-later
"""Inventories behind which nothing listens, and how a stranger plays against them: without a configuration file."""

from __future__ import annotations

import copy
import os
import subprocess
from pathlib import Path
from typing import Any

import yaml
from ansible_collections.fractalops.infra.tests.lab.place import PROJECT, VENV
from ansible_collections.fractalops.infra.tests.lab.site import Run

#: Of no server: connections are refused at once.
CLOSED_PORT = 1


def _host(number: int, **service: Any) -> dict[str, Any]:
    """A host on this machine, with one service."""
    return {
        "role": "web",
        "binding": {
            "type": "lxc",
            "node": "pve-1",
            "container_id": 100 + number,
            "network": "lab",
            "address": f"127.0.0.{10 + number}",
        },
        "services": {"echo": {"user": "echo", "hardening": "strict", **service}},
    }


#: No host: something that is run by others.
EXTERNAL = {
    "mail": {
        "role": "integration",
        "binding": {"type": "external"},
        "endpoints": {"public_url": "https://mail.example"},
        "auth": {"method": "none"},
    }
}
TOPOLOGY: dict[str, Any] = {
    "schema_version": 1,
    "profile": "lab",
    "openbao": {
        "address": f"https://127.0.0.1:{CLOSED_PORT}",
        "mount": "secret",
        "auth": {"method": "token_file"},
        "scopes": {
            "app": {
                "path": "app",
                "capabilities": ["read"],
                "secrets": {"web": {"generated": {"password": {"type": "password"}}}},
            },
            "break-glass": {"path": "break-glass", "capabilities": ["read"]},
        },
    },
    "networks": {"lab": {"cidr": "127.0.0.0/24", "gateway": "127.0.0.1"}},
    "nodes": {"pve-1": {"address": "127.0.0.3"}},
    "releases": {"web": {"1": {"type": "folder", "path": "release"}}},
    "runtime_assets": {
        "web-1": _host(1, release={"app": "web", "id": "1"}, exec=["/opt/web/releases/{release_id}/echo"]),
        "web-2": _host(2, credentials={"password": "bao://secret/app/web#password"}, exec=["/bin/true"]),
    },
    "break_glass": {
        "recipients": [
            "age1swaxs5j3x47yayatj3ngqfcle0qaq5c9esm8j0levq2skh2qd47qhhhy3s",
            "age1pas04275mupjeuamwmkc2953ks35nufzkrdz7m27ucce5duk8chqqppayj",
        ],
        "signer": "33becLnFIEyhzJuTAWI8tgAZ0zPrcKXWlmBmyWaBd2M=",
        "signing_key": "bao://secret/break-glass/signing#key",
        "valid_days": 35,
    },
}
PLAY_SECONDS = 120


class Estate:
    """A folder with a configuration file for each inventory, and everything that playbooks ask for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "ansible.cfg").touch()
        (folder / "release").mkdir()
        (folder / "release" / "echo").touch()
        (folder / "secrets.yml").write_text("app/web:\n  password: none\n")
        (folder / "token").write_text("none")
        for file in ("secrets.yml", "token"):
            (folder / file).chmod(0o600)

    def inventory(self, name: str, **changes: Any) -> str:
        """The configuration file of an inventory whose topology has these sections instead of its own."""
        wanted = {**copy.deepcopy(TOPOLOGY), **changes}
        (self.folder / f"{name}-topology.yml").write_text(yaml.safe_dump(wanted, sort_keys=False))
        file = self.folder / f"{name}.yml"
        file.write_text(f"plugin: fractalops.infra.topology\ntopology: {name}-topology.yml\n")
        return str(file)

    def run(self, program: str, *arguments: str) -> Run:
        """Run one of Ansible's commands with an empty configuration; the collection is found, and no more."""
        environment = {
            "PATH": f"{VENV}/bin:/usr/bin:/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_COLLECTIONS_PATH": str(PROJECT / ".cache" / "collections"),
            "ANSIBLE_NOCOLOR": "1",
        }
        command = [os.path.join(VENV, "bin", program), *arguments]
        ended = subprocess.run(
            command, cwd=self.folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, timeout=PLAY_SECONDS, check=False,
        )  # fmt: skip
        return Run(ended.returncode, ended.stdout.decode(errors="replace"))
