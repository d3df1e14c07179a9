# SPDX-License-Identifier: GPL-3.0-or-later
"""A controller with a topology for a server: real plays, everything they say and leave behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.fractalops.infra.plugins.plugin_utils import errors

#: The folder this very collection is loaded from.
COLLECTIONS = str(Path(errors.__file__).parents[5])
CONFIG = """[defaults]
enable_plugins = fractalops.infra.topology
[inventory]
enable_plugins = fractalops.infra.topology
any_unparsed_is_failed = true
"""


@dataclass(frozen=True)
class Played:
    """How a play ended: all its output, and what its last task gave by ``show``."""

    returncode: int
    output: str

    @property
    def changed(self) -> bool:
        return " changed=0 " not in self.output


class Controller:
    """One folder with a topology, an inventory and nothing else."""

    def __init__(self, folder: Path, topology: dict[str, Any]) -> None:
        self.folder = folder
        (folder / "ansible.cfg").write_text(CONFIG)
        (folder / "inventory.yml").write_text("plugin: fractalops.infra.topology\ntopology: topology.yml\n")
        (folder / "schema.json").write_text('{"type": "object", "required": ["nats_url"]}')
        self.write(topology)

    def write(self, topology: dict[str, Any]) -> None:
        """JSON is YAML, and has no anchors."""
        (self.folder / "topology.yml").write_text(json.dumps(topology, indent=1))

    def play(self, playbook: str, *arguments: str, **variables: Any) -> Played:
        """Run a playbook at the highest verbosity with diffs."""
        command, environment = self._command(playbook, *arguments, **variables), self._environment()
        ended = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        return Played(ended.returncode, ended.stdout + ended.stderr)

    def start(self, playbook: str, *arguments: str, **variables: Any) -> subprocess.Popen[bytes]:
        """Begin a playbook, as a process group of its own, for a test that ends it before it is through."""
        return subprocess.Popen(
            self._command(playbook, *arguments, **variables),
            cwd=self.folder,
            env=self._environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _command(self, playbook: str, *arguments: str, **variables: Any) -> list[str]:
        program = str(Path(sys.executable).with_name("ansible-playbook"))
        settings = ["-vvvvv", "--diff", "-i", "inventory.yml", "-e", json.dumps(variables)]
        return [program, *settings, *arguments, playbook]

    def _environment(self) -> dict[str, str]:
        return {
            **{name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
            "ANSIBLE_CONFIG": str(self.folder / "ansible.cfg"),
            "ANSIBLE_LOG_PATH": str(self.folder / "ansible.log"),
        }

    def task(self, action: str, arguments: dict[str, Any], *flags: str, **variables: Any) -> Played:
        """Run one task of the collection on the control plane and show its whole result."""
        tasks = [
            {f"fractalops.infra.{action}": arguments, "register": "done", "ignore_errors": True},
            {"ansible.builtin.debug": {"var": "done"}},
        ]
        play = [{"hosts": "control_plane", "gather_facts": False, "tasks": tasks}]
        (self.folder / "play.yml").write_text(json.dumps(play))
        return self.play("play.yml", *flags, **variables)

    @property
    def left_behind(self) -> str:
        """All that the plays left in the controller's folders."""
        return "\n".join(file.read_text(errors="replace") for file in self.folder.rglob("*") if file.is_file())
