# SPDX-License-Identifier: GPL-3.0-or-later
"""The socket of a run: in a folder of our own, made once, and found only while somebody listened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.play_reader.meeting_place import (
    NAME,
    MeetingPlace,
    UnfitPlaceError,
)


@pytest.fixture
def folder(tmp_path: Path) -> str:
    """Private, and further down than a path of a socket can say."""
    deep = tmp_path / ("d" * 100) / "e"
    deep.mkdir(mode=0o700, parents=True)
    return str(deep)


def test_who_listens_is_found(folder: str) -> None:
    with MeetingPlace(folder) as place:
        listening = place.listening()
        assert listening is not None
        with listening, place.connected(1) as sock:
            accepted, _address = listening.accept()
            accepted.sendall(b"here")
            accepted.close()
            assert sock.recv(4) == b"here"
    assert os.listdir(folder) == [NAME]


def test_the_second_to_listen_is_told_that_there_is_one(folder: str) -> None:
    with MeetingPlace(folder) as place:
        first = place.listening()
        assert first is not None
        with first:
            assert place.listening() is None
    assert os.listdir(folder) == [NAME]


def test_nobody_yet_and_nobody_any_more_are_told_apart(folder: str) -> None:
    with MeetingPlace(folder) as place:
        with pytest.raises(FileNotFoundError):
            place.connected(1)
        listening = place.listening()
        assert listening is not None
        listening.close()
        with pytest.raises(ConnectionRefusedError):
            place.connected(1)
        place.clear()
        with pytest.raises(FileNotFoundError):
            place.connected(1)


@pytest.mark.parametrize("mode", (0o701, 0o710, 0o704, 0o777))
def test_a_folder_that_others_may_enter_is_none(folder: str, mode: int) -> None:
    Path(folder).chmod(mode)
    with pytest.raises(UnfitPlaceError):
        MeetingPlace(folder)


def test_a_folder_of_another_user_is_none(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    another = os.geteuid() + 1
    monkeypatch.setattr(os, "geteuid", lambda: another)
    with pytest.raises(UnfitPlaceError):
        MeetingPlace(folder)


def test_a_link_to_a_folder_and_a_file_are_none(folder: str, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    (tmp_path / "file").touch(mode=0o600)
    for name, kind in (("link", NotADirectoryError), ("file", NotADirectoryError), ("none", FileNotFoundError)):
        with pytest.raises(kind):
            MeetingPlace(str(tmp_path / name))
