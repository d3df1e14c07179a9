# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of the operating system, as what is wrong and what to do."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import told, way_out


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.EACCES, "log in as root, or set become: true"),
        (errno.EPERM, "log in as root, or set become: true"),
        (errno.EROFS, "mount its file system to be written to"),
        (errno.ENOSPC, "make room or repair the disk"),
        (errno.EIO, "make room or repair the disk"),
        (errno.ENOMEM, "give the host more memory"),
    ],
)
def test_the_way_out_fits_the_error(number: int, words: str) -> None:
    assert way_out(OSError(number, os.strerror(number), "/run/fractalops/lock")).startswith(words)


def test_what_is_wrong_has_its_path(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as absent:
        (tmp_path / "lock").read_bytes()
    assert told(absent.value) == f"{tmp_path}/lock: No such file or directory"
