# SPDX-License-Identifier: GPL-3.0-or-later
"""A git repository, a topology to vary, and real ansible-playbook runs that bring one into the other."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
TOPOLOGY = ROOT / "tests" / "golden" / "kubernetes" / "one_cluster" / "topology.yml"
PLAY = [
    {
        "name": "Write the overlay",
        "hosts": "localhost",
        "gather_facts": False,
        "tasks": [
            {
                "name": "Write the overlay",
                "fractalops.infra.kubernetes_tree": {
                    "topology": "{{ topology }}",
                    "cluster": "lab",
                    "tree": "{{ tree }}",
                },
            }
        ],
    }
]


@dataclass(frozen=True)
class Fleet:
    """A clone of the repository that clusters are driven from, and the topology that fills it."""

    tree: Path
    topology: Path

    @property
    def overlay(self) -> Path:
        return self.tree / "clusters" / "lab" / "overlay"

    def git(self, *words: str) -> str:
        """What git answers."""
        identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
        return subprocess.run(
            ["git", *identity, *words], cwd=self.tree, check=True, capture_output=True, text=True
        ).stdout

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "overlay")

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """The topology after ``edit`` of its plain data."""
        data = yaml.safe_load(self.topology.read_text())
        edit(data)
        self.topology.write_text(json.dumps(data, indent=2))

    def files(self) -> dict[str, bytes]:
        """Everything in the clone that git does not keep for itself."""
        found = (path for path in self.tree.rglob("*") if path.is_file() and ".git" not in path.parts)
        return {str(path.relative_to(self.tree)): path.read_bytes() for path in found}


@pytest.fixture(name="fleet")
def _fleet(tmp_path: Path) -> Fleet:
    fleet = Fleet(tmp_path / "fleet", tmp_path / "topology.yml")
    fleet.tree.mkdir()
    shutil.copy(TOPOLOGY, fleet.topology)
    fleet.git("init", "--quiet", "--initial-branch", "main")
    (fleet.tree / "README.md").write_text("The fleet.\n")
    (fleet.tree / "clusters" / "lab" / "flux-system").mkdir(parents=True)
    (fleet.tree / "clusters" / "lab" / "flux-system" / "gotk.yaml").write_text("bootstrap: true\n")
    fleet.commit()
    return fleet


class Playbook:
    """Runs ansible-playbook and tells what its one task said."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.folder.mkdir()
        (self.folder / "play.json").write_text(json.dumps(PLAY))

    def run(self, fleet: Fleet, *flags: str) -> subprocess.CompletedProcess[str]:
        binary = Path(sys.executable).parent / "ansible-playbook"
        variables = json.dumps({"topology": str(fleet.topology), "tree": str(fleet.tree)})
        return subprocess.run(
            [
                binary,
                "--inventory",
                "localhost,",
                "--connection",
                "local",
                "--extra-vars",
                variables,
                *flags,
                "play.json",
            ],
            cwd=self.folder,
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.folder),
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".cache" / "collections"),
                "ANSIBLE_NOCOLOR": "1",
                "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
                "LC_ALL": "C.UTF-8",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@pytest.fixture(name="playbook")
def _playbook(tmp_path: Path) -> Playbook:
    return Playbook(tmp_path / "run")
