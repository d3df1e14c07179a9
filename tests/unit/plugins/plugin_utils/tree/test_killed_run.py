# SPDX-License-Identifier: GPL-3.0-or-later
"""A run killed at any step leaves the tree as it was before or as it is after, and the next run finishes."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import OwnedFolder, WorkTree

BEFORE = {"kustomization.yaml": "1\n", "values/api.yaml": "a\n", "values/old.yaml": "o\n"}
AFTER = {"kustomization.yaml": "2\n", "values/api.yaml": "a\n", "values/new.yaml": "n\n"}
#: Python tells of each of these before it happens.
STEPS = {
    "open",
    "os.mkdir",
    "os.link",
    "os.rename",
    "os.remove",
    "os.rmdir",
    "os.scandir",
    "ctypes.dlsym",
    "fcntl.flock",
    "shutil.rmtree",
}


def snapshot(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if ".git" not in path.parts)
    return {str(path.relative_to(root)): path.read_bytes() if path.is_file() else b"" for path in files}


def bring(root: Path, files: dict[str, str], state: State) -> None:
    folder = OwnedFolder(WorkTree.at(str(root)), "clusters/lab/overlay", "lab", skip=("flux-system",))
    reconcile(folder, files, state, check=False)


def is_killed_at(step: int, root: Path, files: dict[str, str], state: State) -> bool:
    """Whether a run in a process of its own came as far as ``step``, where it is killed."""
    process = os.fork()
    if process == 0:
        seen = 0

        def kill(event: str, _arguments: object) -> None:
            nonlocal seen
            if event not in STEPS:
                return
            seen += 1
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)

        try:
            sys.addaudithook(kill)
            bring(root, files, state)
        finally:
            os._exit(0)
    _, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status)


def steps(root: Path, files: dict[str, str], state: State) -> Iterator[int]:
    """Each step of a run, the tree being set back before each."""
    saved = root.with_name("saved")
    shutil.copytree(root, saved)
    step = 1
    while is_killed_at(step, root, files, state):
        yield step
        shutil.rmtree(root)
        shutil.copytree(saved, root)
        step += 1


@pytest.mark.parametrize(
    ("first", "then", "state"),
    (
        pytest.param({}, AFTER, State.PRESENT, id="create"),
        pytest.param(BEFORE, AFTER, State.PRESENT, id="update"),
        pytest.param(BEFORE, {}, State.ABSENT, id="delete"),
    ),
)
def test_killed_at_any_step_the_tree_is_whole(root, tmp_path, first, then, state):
    (root / "README.md").write_text("not ours")
    bring(root, first, State.PRESENT)
    before = snapshot(root)
    finished = tmp_path / "finished"
    shutil.copytree(root, finished)
    bring(finished, then, state)
    after = snapshot(finished)
    seen = []
    for _step in steps(root, then, state):
        found = snapshot(root)
        assert found in (before, after)
        seen.append(found == after)
        bring(root, then, state)
        assert snapshot(root) == after
        bring(root, {"kustomization.yaml": "3\n"}, State.PRESENT)
        assert all(name.endswith(".lock") for name in os.listdir(root / ".git" / "fractalops"))
    assert len(seen) > 20
    assert set(seen) == {False, True}, "some kills came before and some after the one step that counts"


@pytest.mark.parametrize(
    ("then", "state"),
    (pytest.param(AFTER, State.PRESENT, id="update"), pytest.param({}, State.ABSENT, id="delete")),
)
def test_killed_beside_a_bootstrap_every_file_is_whole_and_the_next_run_finishes(root, then, state):
    bring(root, BEFORE, State.PRESENT)
    overlay = root / "clusters" / "lab" / "overlay"
    (overlay / "flux-system").mkdir()
    (overlay / "flux-system" / "gotk.yaml").write_text("theirs")
    mixed = 0
    for _step in steps(root, then, state):
        assert (overlay / "flux-system" / "gotk.yaml").read_text() == "theirs"
        texts = {path: found.decode() for path, found in snapshot(overlay).items() if found and path[0] not in ".f"}
        assert all(text in (BEFORE.get(path), then.get(path)) for path, text in texts.items())
        mixed += texts not in (BEFORE, then)
        bring(root, {"kustomization.yaml": "3\n", "values/web.yaml": "w\n"}, State.PRESENT)
        assert (overlay / "kustomization.yaml").read_text() == "3\n"
        assert sorted(os.listdir(overlay / "values")) == ["web.yaml"]
    assert mixed, "some kills came between two names"
