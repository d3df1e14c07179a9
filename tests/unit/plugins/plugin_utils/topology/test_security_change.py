# SPDX-License-Identifier: GPL-3.0-or-later
"""A change that matters to security is one line of the audit trail; others are none."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from .base import ROOT
from .command import run

LAB = ROOT / "inventories" / "lxc-pve-lab"
TEXT = (LAB / "topology.yml").read_text(encoding="utf-8").replace("../schemas/", "schemas/")
REF = "bao://secret/runtime/worker#api-key"


@pytest.fixture(name="repository")
def _repository(tmp_path: Path) -> Path:
    """A repository whose first commit is the shipped topology."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    shutil.copytree(LAB.parent / "schemas", tmp_path / "schemas")
    commit(tmp_path, TEXT)
    return tmp_path


def commit(repository: Path, text: str) -> None:
    """Commit ``text`` as the topology."""
    (repository / "topology.yml").write_text(text, encoding="utf-8")
    git = ["git", "-C", str(repository), "-c", "user.name=tester", "-c", "user.email=tester@example.org"]
    subprocess.run([*git, "add", "--all"], check=True)
    subprocess.run([*git, "commit", "--quiet", "--message", "change"], check=True)


def events(repository: Path, folder: Path) -> list[dict[str, object]]:
    """What changed with the last commit, as CI would print it."""
    for name in ("HEAD~1", "HEAD"):
        archive = subprocess.run(["git", "-C", str(repository), "archive", name], check=True, capture_output=True)
        (folder / name).mkdir()
        subprocess.run(["tar", "-x", "-C", str(folder / name)], input=archive.stdout, check=True)
    done = run("changes", folder / "HEAD~1/topology.yml", folder / "HEAD/topology.yml")
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("old", "new", "path", "before", "after"),
    [
        ("[read], token_ttl", "[list], token_ttl", "openbao.scopes.edge.capabilities[0]", "read", "list"),
        ("role: external-secrets,", "role: others,", "clusters.lab.secret_store.role", "external-secrets", "others"),
    ],
)  # fmt: skip
def test_a_change_of_rights_is_one_event(
    repository: Path, tmp_path_factory: pytest.TempPathFactory, old: str, new: str, path: str, before: str, after: str
) -> None:
    commit(repository, TEXT.replace(old, new, 1))
    found = events(repository, tmp_path_factory.mktemp("trees"))
    assert found == [{"path": path, "before": before, "after": after}]


def test_a_ref_that_is_pinned_is_one_event(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    commit(repository, TEXT.replace(REF, f"{REF}@7", 1))
    (event,) = events(repository, tmp_path_factory.mktemp("trees"))
    assert (event["before"], event["after"]) == (REF, f"{REF}@7")


def test_what_does_not_matter_to_security_is_no_event(
    repository: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    commit(repository, TEXT.replace("10.20.30.11", "10.20.30.19") + "# another address\n")
    assert events(repository, tmp_path_factory.mktemp("trees")) == []
