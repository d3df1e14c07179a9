# SPDX-License-Identifier: GPL-3.0-or-later
"""A walk that opens regular files only, follows nothing and survives what changes."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit.tree import MAX_DEPTH, Tree


def walked(root: Path, *pruned: Path) -> dict[str, str]:
    """Path below ``root`` → content."""
    files = Tree([os.fsencode(path) for path in pruned]).files(os.fsencode(root))
    return {os.path.relpath(os.fsdecode(file.path), root): os.read(file.descriptor, 100).decode() for file in files}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "tree" / "a" / "b").mkdir(parents=True)
    (tmp_path / "tree" / "top").write_text("1")
    (tmp_path / "tree" / "a" / "b" / "deep").write_text("2")
    return tmp_path / "tree"


def test_every_regular_file_is_given(root: Path) -> None:
    assert walked(root) == {"top": "1", "a/b/deep": "2"}


def test_a_file_can_be_the_root(root: Path) -> None:
    assert walked(root / "top") == {".": "1"}


def test_a_root_that_does_not_exist_has_no_files(root: Path) -> None:
    tree = Tree([])
    assert list(tree.files(os.fsencode(root / "gone" / "x"))) == [] and tree.unread == {}


def test_no_link_is_followed_and_no_pipe_socket_or_device_is_opened(root: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("no")
    (root / "link").symlink_to(tmp_path / "outside")
    (root / "folder-link").symlink_to(tmp_path)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(root / "socket"))
        assert walked(root) == {"top": "1", "a/b/deep": "2"}


def test_a_file_that_became_a_pipe_after_it_was_listed_does_not_hang(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    really = os.open

    def swapped(path: object, flags: int, **given: object) -> int:
        if path == b"top":
            (root / "top").unlink()
            os.mkfifo(root / "top")
        return really(path, flags, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", swapped)
    assert walked(root) == {"a/b/deep": "2"}


def test_a_file_that_vanishes_is_nothing_to_report(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    really = os.open

    def vanished(path: object, flags: int, **given: object) -> int:
        if path == b"top":
            (root / "top").unlink()
        return really(path, flags, **given)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", vanished)
    tree = Tree([])
    assert [os.path.basename(file.path) for file in tree.files(os.fsencode(root))] == [b"deep"]
    assert tree.unread == {}


def test_pruned_folders_are_not_entered(root: Path) -> None:
    assert walked(root, root / "a") == {"top": "1"}
    assert walked(root / "a", root / "a") == {}


def test_a_folder_is_entered_once(root: Path) -> None:
    tree = Tree([])
    roots = [root, root / "a", root]
    names = [os.path.basename(file.path) for one in roots for file in tree.files(os.fsencode(one))]
    assert sorted(names) == [b"deep", b"top"]


def test_another_file_system_is_told_and_not_entered() -> None:
    if os.stat("/proc").st_dev == os.stat("/").st_dev:
        pytest.skip("no second file system at /proc")
    tree = Tree([os.fsencode(entry.path) for entry in os.scandir("/") if entry.name != "proc"])
    for file in tree.files(b"/"):
        assert not file.path.startswith(b"/proc/")
    assert tree.unread[b"/proc"] == "another file system"


def test_a_tree_too_deep_is_told(tmp_path: Path) -> None:
    here = os.open(tmp_path, os.O_RDONLY)
    for _ in range(MAX_DEPTH + 5):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)
    tree = Tree([])
    assert list(tree.files(os.fsencode(tmp_path))) == []
    assert list(tree.unread.values()) == ["too deep"]


def test_names_of_any_bytes_are_walked(tmp_path: Path) -> None:
    name = b"new\nline-\xff\xfe"
    with open(os.fsencode(tmp_path) + b"/" + name, "w") as stream:
        stream.write("x")
    assert [os.path.basename(file.path) for file in Tree([]).files(os.fsencode(tmp_path))] == [name]


def test_who_can_reach_a_file_is_known(root: Path) -> None:
    (root / "a").chmod(0o700)
    reachable = {os.path.basename(file.path): file.is_reachable for file in Tree([]).files(os.fsencode(root))}
    assert reachable[b"deep"] is False


def test_access_times_stay_as_they_are(root: Path) -> None:
    os.utime(root / "top", (1, 2_000_000_000))
    assert walked(root)["top"] == "1"
    if os.geteuid() == 0:
        assert (root / "top").stat().st_atime == 1
