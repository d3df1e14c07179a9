# SPDX-License-Identifier: GPL-3.0-or-later
"""A write goes to a file of its own, and to nothing that a link in its place leads to."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import durable


def test_a_write_replaces_a_link_and_not_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "theirs").write_text("theirs")
    os.symlink("theirs", tmp_path / "file")
    durable.write_file(tmp_path / "file", b"ours", 0o640)
    assert (tmp_path / "theirs").read_text() == "theirs"
    assert not (tmp_path / "file").is_symlink() and (tmp_path / "file").read_bytes() == b"ours"
    assert (tmp_path / "file").stat().st_mode & 0o7777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "theirs"]


@pytest.mark.parametrize("name", ["file", ".file.{pid}"])
def test_nothing_is_written_through_a_link_in_the_place_of_a_new_file(tmp_path: Path, name: str) -> None:
    (tmp_path / "theirs").write_text("theirs")
    os.symlink("theirs", tmp_path / name.format(pid=os.getpid()))
    write = durable.write_new if name == "file" else durable.write_file
    with pytest.raises(OSError, match="symbolic links"):
        write(tmp_path / "file", b"ours")
    assert (tmp_path / "theirs").read_text() == "theirs"
