# SPDX-License-Identifier: GPL-3.0-or-later
"""A host's ``/opt`` in a folder of the test, and archives that arrive there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.release import delivery
from ansible_collections.fractalops.infra.plugins.module_utils.release.extraction import Limits
from ansible_collections.fractalops.infra.plugins.module_utils.release.plan import Plan, Wanted

LIMITS = Limits(unpacked_bytes=1 << 20, members=50)
Deliver = Callable[..., Plan]


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    """Nothing but an empty ``/opt``."""
    (tmp_path / "opt").mkdir(mode=0o755)
    return Layout(tmp_path)


@pytest.fixture
def deliver(layout: Layout) -> Deliver:
    """Deliver an archive as a release of ``shop``, as the module does in its two calls."""

    def act(archive: bytes, release_id: str = "1", *, keep: int = 5, limits: Limits = LIMITS) -> Plan:
        sha256 = hashlib.sha256(archive).hexdigest()
        wanted = Wanted("shop", release_id, f"sha256:{sha256}", keep)
        folder = delivery.prepare(layout, wanted, len(archive))
        (Path(folder) / "sent").write_bytes(archive)
        plan = delivery.deliver(layout, wanted, delivery.Incoming("sent", sha256, limits))
        delivery.remove_old(layout, wanted)
        return plan

    return act


@pytest.fixture
def releases(layout: Layout) -> Path:
    """Where releases of ``shop`` are."""
    return layout.inside("/opt/shop/releases")


def left(releases: Path) -> list[str]:
    """Everything in the folder of releases, hidden files too, and every archive under way."""
    names = [path.name for path in releases.iterdir() if path.name != ".incoming"]
    return sorted(names + [f"incoming {path.name}" for path in releases.glob(".incoming/*")])
