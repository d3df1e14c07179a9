# SPDX-License-Identifier: GPL-3.0-or-later
"""A work tree as git leaves it after ``git init``."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import OwnedFolder, WorkTree


@pytest.fixture(name="root")
def _root(tmp_path: Path) -> Path:
    root = tmp_path / "fleet"
    (root / ".git").mkdir(parents=True)
    (root / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    return root


@pytest.fixture(name="folder")
def _folder(root: Path) -> OwnedFolder:
    return OwnedFolder(WorkTree.at(str(root)), "clusters/lab/overlay", "lab", skip=("flux-system",))
