# SPDX-License-Identifier: GPL-3.0-or-later
"""Hosts that are this machine, each with refs of its own, and every way to run a play on them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.tests.integration.openbao.conftest import settings
from ansible_collections.fractalops.infra.tests.integration.openbao.controller import COLLECTIONS, Played
from ansible_collections.fractalops.infra.tests.integration.openbao.server import Server

#: Refs of a host, four on each of its paths.
REFS, KEYS = 20, ("username", "password", "token", "key")
PATHS = REFS // len(KEYS)
PLAYBOOK = "play.yml"
USE = {"name": "Use every secret", "ansible.builtin.debug": {"msg": "{{ query('fractalops.infra.openbao', *refs) }}"}}
RESOLVED = re.compile(r'"bao://secret/runtime/estate/[0-9]+/[0-9]+#[a-z]+@[0-9]+"')


@dataclass(frozen=True)
class Reads:
    """What a play did at the server."""

    count: int
    distinct: int
    tokens_made: int


#: What the inventory plugin says of a whole topology, as far as our playbooks look at it before they begin.
WHOLE = {
    "topology_source": "/srv/topology.yml",
    "topology_profile": "estate",
    "topology_summary": dict.fromkeys(("assets", "services", "integrations", "secret_refs"), 0),
}


class Estate:
    """A server with the secrets of ``hosts`` hosts, and a folder to play in."""

    def __init__(self, server: Server, credentials: str, folder: Path, hosts: int) -> None:
        self.server, self.folder = server, folder
        for host in range(hosts):
            for path in range(PATHS):
                server.write(f"runtime/estate/{host}/{path}", {key: f"v-{host}-{path}-{key}" for key in KEYS})
        shared = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "topology_openbao": settings(server),
            **WHOLE,
            "openbao_credentials_file": credentials,
        }
        every = {f"host-{host}": {"refs": _refs(host)} for host in range(hosts)}
        self.inventory = folder / "hosts.json"
        groups = {name: {"hosts": {"host-0": {}}} for name in ("control_plane", "kind_control_plane")}
        self.inventory.write_text(json.dumps({"all": {"hosts": every, "vars": shared, "children": groups}}))

    def write(self, *, before: Sequence[Any] = (), **keywords: Any) -> str:
        """A playbook with one play of these keywords; unless told otherwise it uses every secret of every host."""
        play = {"name": "Use secrets", "hosts": "all", "gather_facts": False, "tasks": [USE], **keywords}
        (self.folder / PLAYBOOK).write_text(json.dumps([*before, play]))
        return PLAYBOOK

    def play(self, playbook: str, *arguments: str, **environment: str) -> Played:
        """Run it as an operator would."""
        program = Path(sys.executable).with_name("ansible-playbook")
        return self._run([str(program), f"--inventory={self.inventory}", playbook, *arguments], environment)

    def runner(self, playbook: str, **environment: str) -> Played:
        """Run it as AWX would, by ansible-runner; artifacts land in ``runner/artifacts``."""
        private = self.folder / "runner"
        (private / "project").mkdir(parents=True, exist_ok=True)
        (private / "project" / playbook).write_text((self.folder / playbook).read_text())
        program = Path(sys.executable).with_name("ansible-runner")
        return self._run(
            [str(program), "run", str(private), "--playbook", playbook, "--inventory", str(self.inventory)], environment
        )

    def _run(self, command: list[str], environment: dict[str, str]) -> Played:
        ended = subprocess.run(
            command,
            cwd=self.folder,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Played(ended.returncode, ended.stdout + ended.stderr)

    @property
    def environment(self) -> dict[str, str]:
        """What a play is given: nothing of ours that could stand in for missing configuration."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "ANSIBLE_NOCOLOR": "1",
        }

    def reads_of(self, act: Callable[[], Played]) -> tuple[Played, Reads]:
        """What ``act`` gave, and its reads by the audit log."""
        before, tokens = len(self.server.requests_for("secret/")), self.server.accessors()
        played = act()
        asked = self.server.requests_for("secret/")[before:]
        return played, Reads(len(asked), len(set(asked)), len(set(self.server.accessors()) - set(tokens)))


def _refs(host: int) -> list[str]:
    return [f"bao://secret/runtime/estate/{host}/{path}#{key}" for path in range(PATHS) for key in KEYS]
