# SPDX-License-Identifier: GPL-3.0-or-later
"""The hook of .pre-commit-hooks.yaml, laid out as its package is and run by its entry, without Ansible."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.fractalops.infra.tests.unit.imports import ROOT

HOOK: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))[0]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROGRAM = """
import sys
sys.path.insert(0, sys.argv.pop(1))
sys.modules["ansible"] = None
from importlib.metadata import EntryPoint
sys.exit(EntryPoint("entry", sys.argv.pop(1), "console_scripts").load()())
"""


@pytest.fixture(name="site", scope="module")
def lay_out_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the wheel holds: the files pyproject.toml includes, under the name it gives them."""
    site = tmp_path_factory.mktemp("site")
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    ((folder, package),) = wheel["sources"].items()
    for name in wheel["only-include"]:
        target = site / package / Path(name).relative_to(folder)
        target.parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copyfile
        copy(ROOT / name, target)
    return site


def run(site: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", "-B", "-c", PROGRAM, str(site), PROJECT["project"]["scripts"][HOOK["entry"]]]
    return subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=60, check=False)


def test_shipped_topologies_pass_the_hook(site: Path) -> None:
    files = sorted((ROOT / "inventories").glob("*/topology.yml"))
    done = run(site, *files)
    assert (done.returncode, done.stdout.count(": valid;")) == (0, len(files)), done.stderr


def test_a_broken_topology_stops_a_commit_with_its_place(site: Path, tmp_path: Path) -> None:
    broken = tmp_path / "topology.yml"
    broken.write_text("schema_version: 1\nprofile: 5\n")
    done = run(site, broken)
    assert done.returncode == 1
    assert f"{broken}:2:10 profile: needs text" in done.stdout


def test_the_hook_is_given_the_files_that_are_whole_topologies() -> None:
    wanted = re.compile(HOOK["files"])
    assert wanted.search("inventories/prod/topology.yml")
    assert not wanted.search("inventories/prod/inventory.yml")
    assert not wanted.search("inventories/prod/topology/nodes.yml")


def test_the_hook_has_the_version_of_the_collection() -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    assert PROJECT["project"]["version"] == galaxy["version"]
