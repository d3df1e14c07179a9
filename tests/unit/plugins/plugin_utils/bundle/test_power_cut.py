# SPDX-License-Identifier: GPL-3.0-or-later
"""The power goes after any call of making a bundle, on a disk that promises no more than fsync does."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded

from .bundles import NOW
from .place import Place

DAY = dt.timedelta(days=1)


def test_a_bundle_is_on_record_and_whole_or_the_one_before(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    Place(root).keep()
    first = Place(root).bundle
    with recorded(root) as recorder:
        Place(root).keep(NOW + dt.timedelta(days=30))
    second = Place(root).bundle

    def look(found: Path) -> str:
        bundle = Place(found).bundle
        assert bundle.header.serial <= Place(found).log.last_made()
        return {first.content(): "first", second.content(): "second"}[bundle.content()]

    outcomes = Outcomes(tmp_path / "cuts", look, ".")
    assert outcomes.of(recorder.moments) == {"first", "second"}
    assert outcomes.at(recorder.moments[-1]) == {"second"}
