# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever stands where something is to be written or read, nothing goes through it."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.release.extraction import Extraction
from ansible_collections.fractalops.infra.plugins.module_utils.release.release_store import ReleaseStore
from ansible_collections.fractalops.infra.plugins.module_utils.release.tar_stream import TarStream

from .conftest import LIMITS, Deliver
from .tar import END, entry, packed

CONTENT = packed(("share/data", b"data"))


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A file of somebody else, that root could write to."""
    path = tmp_path / "theirs"
    path.write_bytes(b"data")
    return path


def unpack(stage: Path, archive: bytes) -> None:
    """Into the folder ``stage``."""
    folder = os.open(stage, os.O_RDONLY | os.O_DIRECTORY)
    try:
        Extraction(folder, stage, LIMITS).run(TarStream(io.BytesIO(archive)))
    finally:
        os.close(folder)


@pytest.mark.parametrize("plant", [os.link, os.symlink])
def test_a_file_is_unpacked_into_nothing_that_is_there(
    tmp_path: Path, theirs: Path, plant: Callable[[Path, Path], None]
) -> None:
    stage = tmp_path / "stage"
    stage.mkdir()
    plant(theirs, stage / "run")
    with pytest.raises(FileExistsError):
        unpack(stage, packed(("run", b"#!/bin/sh\n")))
    assert theirs.read_bytes() == b"data" and theirs.stat().st_mode & 0o111 == 0


def test_a_folder_that_is_a_link_is_not_unpacked_into(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "stage").mkdir()
    os.symlink("../elsewhere", tmp_path / "stage/share")
    for archive in (CONTENT, entry(b"share/", kind=b"5") + END):
        with pytest.raises(HostError, match="stage/share: is a symbolic link; nothing is written through one"):
            unpack(tmp_path / "stage", archive)
    assert list((tmp_path / "elsewhere").iterdir()) == []


def standing(layout: Layout) -> str:
    with ReleaseStore.opened(layout, "shop") as store:
        assert store is not None
        return store.standing("1")[0].value


def test_a_manifest_behind_a_link_vouches_for_nothing(layout: Layout, deliver: Deliver, releases: Path) -> None:
    deliver(CONTENT)
    os.rename(releases / ".1.manifest.json", releases.parent / "forged")
    os.symlink("../forged", releases / ".1.manifest.json")
    with pytest.raises(OSError, match="symbolic links"):
        standing(layout)


def test_a_manifest_is_written_into_nothing_that_is_there(
    deliver: Deliver, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = os.unlink

    def planted(name: Any, *, dir_fd: int | None = None) -> None:
        """Somebody is faster than the next call."""
        try:
            unlink(name, dir_fd=dir_fd)
        finally:
            if str(name).endswith(".manifest"):
                os.link(theirs, name, dst_dir_fd=dir_fd)

    monkeypatch.setattr(os, "unlink", planted)
    with pytest.raises(FileExistsError):
        deliver(CONTENT)
    assert theirs.read_bytes() == b"data"


def test_a_file_that_becomes_a_link_while_it_is_looked_at_is_not_read(
    layout: Layout, deliver: Deliver, releases: Path, theirs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(CONTENT)
    os.utime(releases / ".1.manifest.json", (0, 0))  # so that every file is read
    lstat = os.lstat

    def swapped(path: Any, *, dir_fd: int | None = None) -> os.stat_result:
        found = lstat(path, dir_fd=dir_fd)
        if path == "data":
            os.unlink(path, dir_fd=dir_fd)
            os.symlink(theirs, path, dir_fd=dir_fd)
        return found

    monkeypatch.setattr(os, "lstat", swapped)
    with pytest.raises(OSError, match="symbolic links"):
        standing(layout)
