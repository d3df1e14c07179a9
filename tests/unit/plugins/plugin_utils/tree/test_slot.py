# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder comes into place whatever of the way to it exists, and what stands beside that way stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.reconcile import State, reconcile
from ansible_collections.fractalops.infra.plugins.plugin_utils.tree import OwnedFolder


@pytest.mark.parametrize("way", ["", "clusters", "clusters/lab", "clusters/lab/overlay"])
def test_a_folder_comes_into_place_beside_what_is_there(root: Path, folder: OwnedFolder, way: str) -> None:
    (root / way).mkdir(parents=True, exist_ok=True)
    # In the last folder of the way, which must not be taken for an empty one.
    beside = (root / way).parent / "beside" if way.endswith("overlay") else root / way / "beside"
    beside.write_text("of somebody else")
    reconcile(folder, {"values/api.yaml": "a: 1\n"}, State.PRESENT, check=False)
    assert (root / "clusters/lab/overlay/values/api.yaml").read_text() == "a: 1\n"
    assert beside.read_text() == "of somebody else"
    reconcile(folder, {}, State.ABSENT, check=False)
    assert not (root / "clusters/lab/overlay").exists()
    assert beside.exists()
