# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/first-host.md, done by somebody who has the built collection and no clone."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.lab import first_hour
from ansible_collections.fractalops.infra.tests.lab.container import Container


@pytest.fixture(scope="module")
def hour(lab: tuple[Container, ...], tmp_path_factory: pytest.TempPathFactory) -> first_hour.Stranger:
    """All of it; pip takes what this clone has installed, since a room has no way to a package index."""
    first_hour.make_usual(lab[0])
    artifact = first_hour.built(tmp_path_factory.mktemp("built"))
    stranger = first_hour.Stranger(tmp_path_factory.mktemp("home"), artifact, is_installed=True)
    stranger.do()
    return stranger


def test_the_document_for_a_first_host_does_what_it_says(hour: first_hour.Stranger) -> None:
    assert hour.shown.count("$ cat ") == 3
    assert "rolled-back" in hour.shown
    assert "[WARNING]" not in hour.shown, hour.shown
