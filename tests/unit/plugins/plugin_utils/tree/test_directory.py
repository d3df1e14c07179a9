# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands where a file of ours belongs, nothing is read or written through it."""

from __future__ import annotations

import os

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import directory


@pytest.fixture(name="theirs")
def _theirs(tmp_path):
    path = tmp_path / "theirs"
    path.write_text("theirs")
    return path


@pytest.mark.parametrize("plant", (os.link, os.symlink))
def test_a_file_is_written_into_nothing_that_is_there(tmp_path, theirs, plant):
    (tmp_path / "new/values").mkdir(parents=True)
    plant(theirs, tmp_path / "new/values/api.yaml")
    with directory.opened(str(tmp_path / "new")) as folder, pytest.raises(FileExistsError):
        directory.write(folder, "values/api.yaml", b"ours")
    assert theirs.read_text() == "theirs"


def test_a_file_behind_a_link_is_not_read(tmp_path, theirs):
    os.symlink(theirs, tmp_path / "api.yaml")
    with directory.opened(str(tmp_path)) as folder, pytest.raises(OSError, match="symbolic links"):
        directory.read(folder, "api.yaml")


def test_a_lock_behind_a_link_is_not_taken(root, folder, theirs):
    reconcile(folder, {"a.yaml": "a\n"}, State.PRESENT, check=False)
    (lock,) = (root / ".git/fractalops").glob("*.lock")
    lock.unlink()
    os.symlink(theirs, lock)
    with pytest.raises(OSError, match="symbolic links"):
        reconcile(folder, {"a.yaml": "b\n"}, State.PRESENT, check=False)
