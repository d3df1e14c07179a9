# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of a host before anything is changed."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import precheck
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import unit_link
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore, modes

from ..samples import a_generation, a_unit

GENERATION = a_generation(x=a_unit(), y=a_unit())


def disk(
    monkeypatch: pytest.MonkeyPatch, free_inodes: int, *, free_bytes: int = 1 << 40, inodes: int = 1 << 20
) -> None:
    """What the kernel says of every file system."""
    state = SimpleNamespace(f_bavail=free_bytes, f_frsize=1, f_files=inodes, f_favail=free_inodes)
    monkeypatch.setattr(os, "statvfs", lambda _path: state)


def needed_inodes(layout: Layout) -> int:
    """A file or folder each, two for every link, and some for everybody else."""
    paths = modes(layout.generation(GENERATION.id), GENERATION)
    return len(paths) + 2 * len(unit_link.stubs(layout, GENERATION)) + precheck.SPARE_INODES


def test_a_disk_without_inodes_is_refused_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path)
    needed = needed_inodes(layout)
    disk(monkeypatch, needed)
    precheck.space(layout, GENERATION)
    disk(monkeypatch, needed - 1)
    with pytest.raises(HostError, match=f"^{tmp_path}: needs {needed} inodes, {needed - 1} are free; remove files"):
        precheck.space(layout, GENERATION)


def test_a_disk_that_does_not_count_inodes_has_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk(monkeypatch, 0, inodes=0)
    precheck.space(Layout(tmp_path), GENERATION)


def test_a_disk_without_room_is_refused_with_both_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk(monkeypatch, 1 << 20, free_bytes=4096)
    with pytest.raises(HostError, match=r"needs \d+ bytes, 4096 are free; make room"):
        precheck.space(Layout(tmp_path), GENERATION)


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize("damage", ["units/x.service", "files/y.service/config.json", "manifest.json", "sysusers.conf"])
def test_a_stored_generation_that_is_not_what_it_was_is_refused(tmp_path: Path, damage: str) -> None:
    layout = Layout(tmp_path)
    store = GenerationStore(layout)
    store.stage(GENERATION, {})
    precheck.staged(layout, GENERATION, store)
    (layout.generation(GENERATION.id) / damage).write_text("x")
    with pytest.raises(HostError, match=f"^{damage}: is damaged in the store; look at the disk of the host"):
        precheck.staged(layout, GENERATION, store)
