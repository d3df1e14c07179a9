# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated file system does what the real one does, whatever is asked of both."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.process import Process
from ansible_collections.fractalops.infra.tests.simulation.world import World

NAMES = ("a", "b", "a/c", "b/d", "a/c/e", "b/../a")
CALLS: dict[str, Callable[[Path, Path], object]] = {
    "mkdir": lambda one, other: one.mkdir(),
    "mkdir -p": lambda one, other: one.mkdir(parents=True, exist_ok=True),
    "rmdir": lambda one, other: one.rmdir(),
    "unlink": lambda one, other: one.unlink(),
    "write": lambda one, other: one.write_bytes(str(other.name).encode()),
    "read": lambda one, other: one.read_bytes(),
    "link": lambda one, other: one.symlink_to(other.name),
    "read link": lambda one, other: os.readlink(one),
    "replace": lambda one, other: one.rename(other).name,
    "list": lambda one, other: sorted(os.listdir(one)),
    "glob": lambda one, other: sorted(path.name for path in one.glob("*/*")),
    "kind": lambda one, other: (one.is_dir(), one.is_file(), one.is_symlink(), os.path.lexists(one)),
    "exclusive": lambda one, other: os.close(os.open(one, os.O_WRONLY | os.O_CREAT | os.O_EXCL)),
    "no link": lambda one, other: os.close(os.open(one, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW)),
    "folder": lambda one, other: os.close(os.open(one, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)),
    "remove all": lambda one, other: shutil.rmtree(one),
}


def asked(root: Path, call: str, names: tuple[str, str]) -> object:
    """What it gives, or the number of the error."""
    try:
        return CALLS[call](root / names[0], root / names[1])
    except OSError as error:
        return error.errno


@pytest.mark.parametrize("seed", range(40))
def test_it_answers_like_a_real_one(tmp_path: Path, seed: int) -> None:
    random = Random(seed)
    steps = [(random.choice(list(CALLS)), (random.choice(NAMES), random.choice(NAMES))) for _number in range(120)]
    real = [asked(tmp_path, call, names) for call, names in steps]
    files = FileSystem()
    files.put_folder(str(tmp_path))
    with Process(World(files), "onlooker", lambda: 0).entered():
        simulated = [asked(tmp_path, call, names) for call, names in steps]
    assert list(zip(steps, simulated, strict=True)) == list(zip(steps, real, strict=True))
