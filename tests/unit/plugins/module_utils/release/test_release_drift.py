# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases that units run, against what was delivered: each member that is not as it was is named."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.release import release_drift

from ..host.samples import a_generation, a_unit
from .conftest import Deliver
from .tar import packed

CONTENT = packed(("bin/run", b"#!/bin/sh\n"), ("share/data", b"data"))
GENERATION = a_generation(
    a=a_unit(release="/opt/shop/releases/1"), b=a_unit(release="/opt/shop/releases/1"), c=a_unit()
)


def found(layout: Layout) -> list[tuple[str, str | None]]:
    return [(one.subject, one.found) for one in release_drift.releases(layout, GENERATION)]


def rewrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def test_a_release_as_it_was_delivered_has_no_drift(deliver: Deliver, layout: Layout) -> None:
    deliver(CONTENT)
    assert found(layout) == []


def test_a_release_that_is_absent_or_of_somebody_else_is_not_compared(layout: Layout) -> None:
    assert found(layout) == []
    (layout.inside("/opt/shop/releases/1")).mkdir(parents=True)
    assert found(layout) == []


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (lambda release: (release / "bin/run").unlink(), ("bin/run", "is missing")),
        (lambda release: rewrite(release / "share/data", b"longer"), ("share/data", "was changed")),
        (lambda release: (release / "bin/run").chmod(0o4755), ("bin/run", "was changed")),
        (lambda release: (release / "bin/one more").write_bytes(b""), ("bin/one more", "is not of this release")),
        (lambda release: release.chmod(0o777), (".", "was changed")),
        (lambda release: os.chown(release / "share/data", 12, -1), ("share/data", "was changed")),
    ],
)
def test_each_member_that_is_not_as_delivered_is_named_once(
    deliver: Deliver, layout: Layout, releases: Path, damage: Callable[[Path], object], expected: tuple[str, str]
) -> None:
    deliver(CONTENT)
    (releases / "1/bin").chmod(0o755)
    before = set(found(layout))
    damage(releases / "1")
    assert set(found(layout)) - before == {(f"/opt/shop/releases/1/{expected[0]}", expected[1])}


def test_a_release_that_was_emptied_does_not_fill_the_report(deliver: Deliver, layout: Layout, releases: Path) -> None:
    deliver(packed(*((f"file-{number}", b"x") for number in range(30))))
    for path in (releases / "1").iterdir():
        path.unlink()
    told = found(layout)
    assert len(told) == release_drift.TOLD + 1 and told[-1][1] == "20 more members are not"
