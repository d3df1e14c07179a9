# SPDX-License-Identifier: GPL-3.0-or-later
"""What a power cut leaves: what was synced, whatever becomes of the rest."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.tests.simulation.file_system import FileSystem
from ansible_collections.fractalops.infra.tests.simulation.loss import loss


@pytest.fixture
def files() -> FileSystem:
    """A file that is durable."""
    made = FileSystem()
    made.put("/etc/kept", "old")
    made.sync_all()
    return made


def test_an_unsynced_name_is_lost(files: FileSystem) -> None:
    files.put("/etc/fresh", "new")
    files.find("/etc/fresh").sync()
    files.cut_power(loss("nothing"))
    assert files.names("/etc") == ["kept"]


def test_an_unsynced_content_is_lost_behind_a_synced_name(files: FileSystem) -> None:
    files.put("/etc/fresh", "new")
    files.find("/etc").sync()
    files.cut_power(loss("nothing"))
    assert files.text("/etc/fresh") == ""


def test_a_rename_is_done_or_not(files: FileSystem) -> None:
    files.put("/etc/fresh", "new")
    files.find("/etc/fresh").sync()
    files.find("/etc").sync()
    files.rename("/etc/fresh", "/etc/kept")
    seen = set()
    for seed in range(20):
        after = files.copy()
        after.cut_power(loss("some", seed))
        seen.add((tuple(after.names("/etc")), after.text("/etc/kept")))
    assert seen == {(("fresh", "kept"), "old"), (("kept",), "new")}


def test_what_lives_in_memory_is_gone_however_it_was_synced(files: FileSystem) -> None:
    files.put("/run/lock", "")
    files.sync_all()
    files.cut_power(loss("all"))
    assert files.names("/run") == [] and files.text("/etc/kept") == "old"
