# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes after any call of a delivery or a removal, on a disk that promises no more than fsync does."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.release import delivery
from ansible_collections.fractalops.infra.plugins.module_utils.release.plan import Wanted
from ansible_collections.fractalops.infra.plugins.module_utils.release.release_store import ReleaseStore
from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded

from .conftest import Deliver
from .tar import packed

CONTENT = packed(("bin/run", b"#!/bin/sh\n"), ("share/data", b"data"))
OTHER = packed(("bin/run", b"#!/bin/bash\n"))
#: Nobody looks at these but the sweep of the next run.
HIDDEN = (".stage-", ".gone-", ".incoming")


def standing(root: Path, release_id: str = "1") -> str:
    """How a release is; every file is read, as if all of them had been touched."""
    for manifest in root.glob("opt/shop/releases/.*.manifest.json"):
        os.utime(manifest, (0, 0))
    with ReleaseStore.opened(Layout(root), "shop") as store:
        return store.standing(release_id)[0].value if store else "absent"


@pytest.mark.fault(12, "the power goes after any call of a delivery")
def test_a_release_is_whole_or_absent(layout: Layout, deliver: Deliver, tmp_path: Path) -> None:
    with recorded(layout.root) as recorder:
        deliver(CONTENT)
    outcomes = Outcomes(tmp_path / "cuts", standing, *HIDDEN)
    assert outcomes.of(recorder.moments) == {"absent", "whole"}
    assert outcomes.at(recorder.moments[-1]) == {"whole"}


def test_a_damaged_release_stays_so_or_is_whole(layout: Layout, deliver: Deliver, releases: Path) -> None:
    """A new manifest would vouch for what is older than it, so it must not be there before what it vouches for."""
    deliver(CONTENT)
    data, manifest = releases / "1/share/data", releases / ".1.manifest.json"
    for path, content in ((data, b"atad"), (manifest, b" " + manifest.read_bytes())):
        path.chmod(0o644)
        path.write_bytes(content)  # the manifest says the same, and is not the new one
        path.chmod(0o444)
    os.utime(manifest, (0, 0))
    with recorded(layout.root) as recorder:
        deliver(CONTENT)

    def look(root: Path) -> tuple[str, bool]:
        is_old = (root / "opt/shop/releases/.1.manifest.json").read_bytes().startswith(b" ")
        return standing(root), is_old

    outcomes = Outcomes(layout.root / "cuts", look, *HIDDEN)
    assert outcomes.of(recorder.moments) == {("damaged", True), ("whole", True), ("whole", False)}
    assert outcomes.at(recorder.moments[-1]) == {("whole", False)}


def test_a_removed_release_is_whole_or_absent(layout: Layout, deliver: Deliver, tmp_path: Path) -> None:
    deliver(CONTENT)
    with recorded(layout.root) as recorder:
        delivery.remove_old(layout, Wanted("shop", "1", None, 5))
    outcomes = Outcomes(tmp_path / "cuts", standing, *HIDDEN)
    assert outcomes.of(recorder.moments) == {"whole", "absent"}
    assert outcomes.at(recorder.moments[-1]) == {"absent"}
