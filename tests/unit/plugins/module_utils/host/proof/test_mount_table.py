# SPDX-License-Identifier: GPL-3.0-or-later
"""Through which mount a path is seen."""

from __future__ import annotations

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.proof.mount_table import MountTable, is_within

TABLE = MountTable("""\
1 0 8:1 / / rw - ext4 /dev/sda1 rw
2 1 8:1 /data/a /srv/a rw - ext4 /dev/sda1 rw
3 1 0:9 / /srv ro - tmpfs t rw
4 3 0:9 /sub /srv/b rw shared:3 master:4 - tmpfs t rw
5 1 8:2 / /with\\040blank ro - ext4 /dev/sdb1 rw
6 5 0:7 / /with\\040blank rw - tmpfs t ro
""")


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("/", "1"),
        ("/etc", "1"),
        ("/srv", "3"),
        ("/srv/a", "3"),  # hidden by the one above it, which came later
        ("/srv/b/c", "4"),
        ("/srvx", "1"),
        ("/with blank/x", "6"),  # the last of those in one place
    ],
)
def test_a_path_is_seen_through_the_mount_that_nothing_hides(path: str, number: str) -> None:
    mount = TABLE.at(path)
    assert mount is not None
    assert mount.number == number


def test_a_place_is_a_folder_of_a_file_system() -> None:
    assert TABLE.place("/etc/x") == ("8:1", "/etc/x")
    assert TABLE.place("/srv/b/c") == ("0:9", "/sub/c")
    assert TABLE.place("/") == ("8:1", "/")


def test_what_is_hidden_is_not_below() -> None:
    assert [one.number for one in TABLE.below("/srv")] == ["3", "4"]


def test_a_file_system_that_is_read_only_makes_each_of_its_places_so() -> None:
    assert [one.number for one in TABLE.mounts if one.is_read_only] == ["3", "5", "6"]


def test_an_empty_table_shows_nothing() -> None:
    assert MountTable("").at("/etc") is None
    assert MountTable("").place("/etc") is None


def test_a_folder_that_begins_alike_is_another() -> None:
    assert is_within("/srv/a", "/srv")
    assert not is_within("/srva", "/srv")
    assert is_within("/srva", "/")
