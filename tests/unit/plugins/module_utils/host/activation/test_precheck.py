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


def foreign_unit(layout: Layout) -> Path:
    path = layout.unit_stubs / "x.service"
    path.parent.mkdir(parents=True)
    path.write_text("[Service]\n")
    return path


@pytest.mark.usefixtures("fake")
def test_a_unit_of_somebody_else_is_refused_by_its_path(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    path = foreign_unit(layout)
    for old in (None, a_generation(z=a_unit())):
        with pytest.raises(HostError, match=f"^{path}: belongs to somebody else"):
            precheck.names(layout, GENERATION, old)


@pytest.mark.usefixtures("fake")
def test_a_file_in_the_place_of_our_own_link_is_ours(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    foreign_unit(layout)
    precheck.names(layout, GENERATION, a_generation(x=a_unit()))


def test_a_release_that_is_delivered_by_this_run_is_not_looked_for(tmp_path: Path) -> None:
    generation = a_generation(x=a_unit(release="/opt/a/releases/1"), y=a_unit(release="/opt/b/releases/1"))
    with pytest.raises(HostError, match=r"^/opt/b/releases/1: is not on this host; deliver the release"):
        precheck.releases(Layout(tmp_path), generation, ["/opt/a/releases/1"])
    precheck.releases(Layout(tmp_path), generation, ["/opt/a/releases/1", "/opt/b/releases/1"])


def test_units_are_judged_by_systemd_without_being_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout, seen = Layout(tmp_path), list[str]()

    def verify(folder: Path, units: object, foreign: object) -> list[str]:
        seen.extend(sorted(str(path.relative_to(folder)) for path in folder.rglob("*.service")))
        return ["x.service: Unknown key"]

    monkeypatch.setattr(precheck.systemd, "verify", verify)
    with pytest.raises(HostError, match="Unknown key"):
        precheck.texts(layout, GENERATION)
    assert {"units/x.service", "units/y.service"} <= set(seen)
    assert list(layout.run.iterdir()) == [] and not layout.store.exists()


@pytest.mark.usefixtures("fake")
@pytest.mark.parametrize(
    ("target", "way_back"),
    [
        ("/dev/null", "it is masked: systemctl unmask x.service on the host"),
        ("/srv/x.service", "it is not ours: remove it on the host"),
    ],
)
def test_a_link_in_the_place_of_ours_says_the_way_back(tmp_path: Path, target: str, way_back: str) -> None:
    layout = Layout(tmp_path)
    layout.unit_stubs.mkdir(parents=True)
    link = layout.unit_stubs / "x.service"
    link.symlink_to(target)
    with pytest.raises(HostError, match=f"^{link}: is a link to {target}; {way_back}, then run site"):
        precheck.names(layout, GENERATION, a_generation(x=a_unit()))
