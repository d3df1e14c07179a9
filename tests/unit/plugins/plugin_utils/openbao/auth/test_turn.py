# SPDX-License-Identifier: GPL-3.0-or-later
"""One at a time at the file that has a name now, whatever became of the file before."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from threading import Thread

import pytest
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth import turn as turns
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.auth.turn import turn
from ansible_collections.fractalops.infra.plugins.plugin_utils.openbao.failure import CredentialsFileError


@pytest.fixture(name="file")
def write_file(tmp_path: Path) -> Path:
    file = tmp_path / "credentials"
    file.write_text("first")
    return file


def test_turns_come_one_after_the_other(file: Path) -> None:
    seen: list[str] = []

    def work(name: str) -> None:
        with turn(str(file), 30):
            seen.append(f"{name} begins")
            seen.append(f"{name} ends")

    threads = [Thread(target=work, args=(str(number),)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [line.split()[0] for line in seen[::2]] == [line.split()[0] for line in seen[1::2]]
    assert len(seen) == 16


def test_who_waited_for_a_file_that_was_replaced_has_its_turn_at_the_new_one(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other replaces the file just when its lock is given up."""
    waited = []

    def replace(descriptor: int, operation: int) -> None:
        waited.append(os.fstat(descriptor).st_ino)
        if len(waited) == 1:
            (file.parent / "new").write_text("second")
            os.replace(file.parent / "new", file)
        lock(descriptor, operation)

    lock = fcntl.flock
    monkeypatch.setattr(turns.fcntl, "flock", replace)
    with turn(str(file), 30):
        assert file.stat().st_ino == waited[1] != waited[0]
    assert len(waited) == 2


def test_a_turn_that_does_not_end_is_told(file: Path) -> None:
    told = pytest.raises(CredentialsFileError, match="another process has been changing it")
    with turn(str(file), 30), told, turn(str(file), 0.1):
        pytest.fail("two have their turn")


def test_there_is_no_turn_at_a_link_or_at_nothing(file: Path) -> None:
    link = file.parent / "link"
    link.symlink_to(file)
    for path in (link, file.parent / "none"):
        with pytest.raises(CredentialsFileError, match=f"{path.name}: "), turn(str(path), 1):
            pytest.fail("there is nothing to wait for")
