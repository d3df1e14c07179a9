# SPDX-License-Identifier: GPL-3.0-or-later
"""Ciphertext is kept while it is what was stored and opens on this host, and made anew otherwise."""

from __future__ import annotations

import errno
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.layout import Layout
from ansible_collections.fractalops.infra.plugins.module_utils.host.store import ciphertext, credential
from ansible_collections.fractalops.infra.plugins.module_utils.host.store.store import GenerationStore

from ..samples import a_generation, a_unit

REFS = {"b": "bao://secret/a#b@1", "c": "bao://secret/a#c@1"}
SECRETS = {REFS["b"]: "one", REFS["c"]: "two"}
GENERATION = a_generation(x=a_unit(credentials=REFS))
NAMES = ["credentials/x.service/b", "credentials/x.service/c"]


class Host:
    """Its systemd-creds says how often it encrypted; the key is part of the ciphertext, and can be another one."""

    def __init__(self, layout: Layout) -> None:
        self.store, self.folder = GenerationStore(layout), layout.generation(GENERATION.id)
        self.key, self.encrypted = b"key", 0

    def call(self, command: list[str], stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        if command[1] == "decrypt":
            content = Path(command[-2]).read_bytes()
            return subprocess.CompletedProcess(command, not content.startswith(self.key), content.split()[-1], b"")
        if command[1] == "encrypt":
            self.encrypted += 1
            return subprocess.CompletedProcess(command, 0, b"%s %d %s" % (self.key, self.encrypted, stdin), b"")
        return subprocess.CompletedProcess(command, 0, b"", b"")


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    """A host on a generation with two credentials."""
    made = Host(Layout(tmp_path))
    monkeypatch.setattr(credential, "call", made.call)
    made.store.stage(GENERATION, SECRETS)
    made.store.confirm(GENERATION.id)
    return made


def test_what_is_as_it_was_stored_is_neither_damaged_nor_made_anew(host: Host) -> None:
    assert host.store.damaged(GENERATION) == []
    host.store.stage(GENERATION, {})
    assert host.encrypted == 2
    following = a_generation(x=a_unit(credentials=REFS), y=a_unit())
    host.store.stage(following, {})
    assert host.encrypted == 2 and host.store.damaged(following) == []


def dated(path: Path, seconds: float) -> None:
    """When its content was written; the time of the last change of any kind is now."""
    os.utime(path, (seconds, seconds))


@pytest.fixture
def key(host: Host, tmp_path: Path) -> Path:
    """The host's key, older than what was made with it."""
    path = tmp_path / "credential.secret"
    path.write_bytes(b"key")
    dated(path, 1.0)
    time.sleep(0.02)  # as long as the kernel may give two changes the same time
    (host.folder / ciphertext.DIGESTS).chmod(0o600)
    time.sleep(0.02)
    return path


def test_a_key_that_is_older_than_what_it_made_is_not_tried(
    host: Host, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.key = b"another"
    monkeypatch.setattr(credential, "call", None)
    assert ciphertext.shut(host.folder, NAMES, key) == []


@pytest.mark.parametrize(
    "replace",
    [
        lambda key: key.write_bytes(b"another"),
        lambda key: key.chmod(0o600),
        lambda key: key.unlink(),
    ],
    ids=["another", "an older one that was put there now", "none"],
)
def test_under_a_key_that_came_later_what_does_not_open_is_shut(
    host: Host, key: Path, replace: Callable[[Path], Any]
) -> None:
    replace(key)
    assert ciphertext.shut(host.folder, NAMES, key) == []
    (host.folder / NAMES[1]).write_bytes(b"noise")
    host.key = b"another"
    assert ciphertext.shut(host.folder, NAMES, key) == NAMES[:1], "what is not as stored is damaged anyway"


def test_a_key_that_was_made_later_counts_though_the_host_came_from_a_copy_after_it(host: Host, key: Path) -> None:
    dated(host.folder / ciphertext.DIGESTS, 0.5)
    host.key = b"another"
    assert ciphertext.shut(host.folder, NAMES, key) == NAMES


def test_a_host_without_credentials_has_nothing_shut(host: Host, key: Path) -> None:
    key.unlink()
    assert ciphertext.shut(host.folder, [], key) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b"noise"),
        lambda path: path.write_bytes(b"key 0 another-valid-value"),
        lambda path: path.unlink(),
        lambda path: path.rename(path.with_name("d")) and path.symlink_to(path.with_name("d")),
    ],
    ids=["does not open", "another value that opens", "gone", "a link"],
)
def test_ciphertext_that_was_replaced_is_damaged_and_made_anew(host: Host, damage: Callable[[Path], Any]) -> None:
    damage(host.folder / NAMES[0])
    assert host.store.damaged(GENERATION) == [NAMES[0]]
    host.store.stage(GENERATION, SECRETS)
    assert host.store.damaged(GENERATION) == [] and host.encrypted == 3
    assert (host.folder / NAMES[0]).read_bytes() == b"key 3 one"


@pytest.mark.parametrize("content", [None, b"", b"\xff\n", b"0  credentials/x.service/b\n"], ids=repr)
def test_without_its_digests_all_ciphertext_is_made_anew(host: Host, content: bytes | None) -> None:
    digests = host.folder / ciphertext.DIGESTS
    digests.unlink()
    if content is not None:
        digests.write_bytes(content)
    assert host.store.damaged(GENERATION) == NAMES
    host.store.stage(GENERATION, SECRETS)
    assert host.store.damaged(GENERATION) == [] and host.encrypted == 4
    assert digests.stat().st_mode & 0o777 == 0o600


def test_ciphertext_that_a_bad_disk_does_not_give_is_made_anew(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.read_bytes

    def read(path: Path) -> bytes:
        if path == host.folder / NAMES[0]:
            raise OSError(errno.EIO, "Input/output error")
        return real(path)

    monkeypatch.setattr(Path, "read_bytes", read)
    assert host.store.damaged(GENERATION) == [NAMES[0]]


def test_digests_are_what_sha256sum_checks(host: Host) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", ciphertext.DIGESTS], cwd=host.folder, check=True)


def test_ciphertext_of_a_key_that_is_gone_is_made_again_when_something_is_staged(host: Host) -> None:
    host.key = b"another"
    assert host.store.damaged(GENERATION) == []
    host.store.stage(GENERATION, SECRETS)
    assert host.encrypted == 4 and host.store.damaged(GENERATION) == []


def test_a_generation_without_credentials_has_no_digests(tmp_path: Path) -> None:
    layout, generation = Layout(tmp_path), a_generation()
    GenerationStore(layout).stage(generation, {})
    assert not (layout.generation(generation.id) / "credentials").exists()
