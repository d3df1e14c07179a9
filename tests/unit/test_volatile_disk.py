# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of a disk loses what was not synced: if it does not, the tests of power cuts prove nothing."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.tests.crash.outcome import Outcomes
from ansible_collections.fractalops.infra.tests.crash.recorder import recorded

Found = tuple[tuple[str, bytes], ...]
WHOLE = b"content"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with one file that is on the disk."""
    (tmp_path / "root").mkdir()
    (tmp_path / "root/old").write_bytes(b"old")
    return tmp_path / "root"


def look(root: Path) -> Found:
    return tuple((path.name, path.read_bytes()) for path in sorted(root.iterdir()))


def after(root: Path, act: Callable[[Path], object]) -> set[Found]:
    """What may be there when the power goes after ``act``."""
    with recorded(root) as recorder:
        act(root)
    return Outcomes(root.parent / "cuts", look).at(recorder.moments[-1])


def sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def write(root: Path) -> None:
    """Without an fsync."""
    (root / "new").write_bytes(WHOLE)


def test_what_was_written_may_be_there_in_part_or_not_at_all(root: Path) -> None:
    found = {dict(one).get("new") for one in after(root, write)}
    assert found == {None, b"", WHOLE[:3], WHOLE}


def test_a_synced_file_has_its_content_or_no_name(root: Path) -> None:
    def act(root: Path) -> None:
        write(root)
        sync(root / "new")

    assert {dict(one).get("new") for one in after(root, act)} == {None, WHOLE}


def test_a_synced_folder_has_the_names_and_not_what_they_hold(root: Path) -> None:
    def act(root: Path) -> None:
        write(root)
        sync(root)

    assert {dict(one).get("new") for one in after(root, act)} == {b"", WHOLE[:3], WHOLE}


def test_a_rename_is_one_step_and_does_not_take_the_content_along(root: Path) -> None:
    def act(root: Path) -> None:
        (root / "new").write_bytes(WHOLE)
        os.replace(root / "new", root / "old")

    found = {tuple(dict(one).get(name) for name in ("new", "old")) for one in after(root, act)}
    assert found >= {(None, b"old"), (None, b""), (None, WHOLE), (b"", b"old")}
    assert not [one for one in found if one[0] is not None and one[1] != b"old"]


def test_an_exchange_is_one_step(root: Path) -> None:
    (root / "other").write_bytes(b"other")

    def act(root: Path) -> None:
        old, other = os.fsencode(root / "old"), os.fsencode(root / "other")
        assert ctypes.CDLL(None).renameat2(-100, old, -100, other, 2) == 0

    assert after(root, act) == {
        (("old", b"old"), ("other", b"other")),
        (("old", b"other"), ("other", b"old")),
    }


def test_what_was_removed_may_be_back_until_its_folder_is_synced(root: Path) -> None:
    assert after(root, lambda root: (root / "old").unlink()) == {(), (("old", b"old"),)}


def test_what_was_removed_is_gone_once_its_folder_is_synced(root: Path) -> None:
    assert after(root, lambda root: ((root / "old").unlink(), sync(root))) == {()}


def test_a_name_that_was_taken_again_is_not_the_file_of_before(root: Path) -> None:
    def act(root: Path) -> None:
        (root / "old").unlink()
        (root / "old").write_bytes(WHOLE)
        sync(root / "old")

    assert after(root, act) == {(), (("old", b"old"),), (("old", WHOLE),)}


def test_a_sync_of_the_file_system_makes_everything_sure(root: Path) -> None:
    def act(root: Path) -> None:
        write(root)
        descriptor = os.open(root, os.O_RDONLY)
        assert ctypes.CDLL(None).syncfs(descriptor) == 0
        os.close(descriptor)

    assert {dict(one).get("new") for one in after(root, act)} == {WHOLE}


def test_one_that_fails_makes_nothing_sure(root: Path) -> None:
    def act(root: Path) -> None:
        write(root)
        assert ctypes.CDLL(None).syncfs(-1) == -1

    assert len(after(root, act)) > 1


def test_what_is_in_memory_is_gone(root: Path) -> None:
    (root / "run").mkdir()
    with recorded(root, ["run"]) as recorder:
        (root / "run/file").write_bytes(WHOLE)
        (root / "old").unlink()
    assert {len(found) for found in Outcomes(root.parent / "cuts", look).of(recorder.moments)} == {0, 1}
