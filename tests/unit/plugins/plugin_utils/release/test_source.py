# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources on the controller: by what they are recognised, what they refuse, and the one archive a run makes of them."""

from __future__ import annotations

import functools
import hashlib
import http.server
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.release.manifest import Entry, tree_digest
from ansible_collections.fractalops.infra.plugins.module_utils.release.member import Kind
from ansible_collections.fractalops.infra.plugins.module_utils.release.tar_stream import TarStream
from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InfraError
from ansible_collections.fractalops.infra.plugins.plugin_utils.release import folder
from ansible_collections.fractalops.infra.plugins.plugin_utils.release.source import open_source
from ansible_collections.fractalops.infra.plugins.plugin_utils.release.spool import Spool

GIB = 1 << 30


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    """The temporary folder of a run."""
    (tmp_path / "run").mkdir()
    return Spool(tmp_path / "run")


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A folder with a bit of everything that is allowed."""
    made = tmp_path / "build"
    (made / "bin").mkdir(parents=True)
    (made / "empty").mkdir()
    (made / "bin/run").write_bytes(b"#!/bin/sh\n")
    (made / "bin/run").chmod(0o700)
    (made / "a file with ümlauts").write_bytes(b"x" * 70_000)
    (made / "latest").symlink_to("bin/run")
    return made


def test_a_folder_and_its_archive_are_the_same_release(build: Path, spool: Spool) -> None:
    source = open_source(str(build), None, GIB, spool)
    members = {}
    with open(source.archive(), "rb") as file:
        tar = TarStream(file)
        for member in tar:
            content = b"".join(iter(functools.partial(tar.read, 1 << 20), b""))
            is_file = member.kind in (Kind.FILE, Kind.EXECUTABLE)
            digest = hashlib.sha256(content).hexdigest() if is_file else member.target
            members[member.name] = Entry(member.kind, member.size, digest)
    assert members == folder.entries(build)
    assert source.digest == f"tree:{tree_digest(members)}"
    assert source.needed_bytes == 2 * (10 + 70_000)


def test_owner_time_and_rights_of_a_folder_do_not_count(build: Path, tmp_path: Path) -> None:
    before = tree_digest(folder.entries(build))
    os.utime(build / "bin/run", (0, 0))
    (build / "a file with ümlauts").chmod(0o600)
    assert tree_digest(folder.entries(build)) == before
    (build / "a file with ümlauts").chmod(0o700)
    assert tree_digest(folder.entries(build)) != before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda build: os.mkfifo(build / "pipe"), "'pipe': is neither file, folder nor symbolic link"),
        (lambda build: (build / "bin/run").chmod(0o4755), "'bin/run': is setuid"),
        (lambda build: (build / "l").symlink_to("/etc/passwd"), "'l': is a link to an absolute path"),
        (lambda build: (build / "l").symlink_to("../x"), "'l': is a link that leaves the release"),
        (lambda build: (build / "bin/.env").write_text("A=1"), r"'bin/\.env': is an environment file"),
        (lambda build: (build / "a\nb").touch(), "has a control character in its name"),
    ],
)
def test_what_a_host_would_refuse_is_refused_here(build: Path, spool: Spool, make: object, words: str) -> None:
    make(build)  # type: ignore[operator]
    with pytest.raises(InfraError, match=words):
        print(open_source(str(build), None, GIB, spool).digest)


def test_an_archive_is_known_by_its_bytes(tmp_path: Path, spool: Spool) -> None:
    archive = tmp_path / "a.tar"
    with tarfile.open(archive, "w") as tar:
        tar.addfile(tarfile.TarInfo("a"), io.BytesIO())
    sha256 = hashlib.sha256(archive.read_bytes()).hexdigest()
    source = open_source(str(archive), sha256, GIB, spool)
    assert (source.digest, source.archive()) == (f"sha256:{sha256}", archive)
    with pytest.raises(InfraError, match=f"has the SHA-256 {sha256}, not 0000"):
        print(open_source(str(archive), "0" * 64, GIB, spool).digest)


@pytest.mark.parametrize(
    ("src", "sha256", "words"),
    [
        ("nowhere", None, "nowhere: is neither a folder nor an archive"),
        ("https://a.example/x.tar", None, "has no sha256; a URL may answer differently"),
        ("https://a.example/x.tar", "ABC", "sha256: is not 64 lower-case hex digits"),
        (".", "0" * 64, "is a folder, and sha256 is for archives"),
    ],
)
def test_a_source_that_cannot_be_one_is_refused(spool: Spool, src: str, sha256: str | None, words: str) -> None:
    with pytest.raises(InfraError, match=words):
        open_source(src, sha256, GIB, spool)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("shop.zip", b"PK\x03\x04 and more", "shop.zip: is a zip archive; pack the release as tar"),
        ("shop.tar", b"PK\x05\x06", "shop.tar: is a zip archive"),
        ("shop", b"\x28\xb5\x2f\xfd", "shop: is packed with zstd"),
    ],
)
def test_an_archive_that_no_host_unpacks_is_refused_before_a_host_is_asked(
    tmp_path: Path, spool: Spool, server: tuple[str, list[str]], name: str, content: bytes, words: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InfraError, match=words):
        print(open_source(str(tmp_path / name), None, GIB, spool).digest)
    with pytest.raises(InfraError, match=words):
        open_source(f"{server[0]}/{name}", hashlib.sha256(content).hexdigest(), GIB, spool).archive()


def test_an_empty_folder_is_refused(tmp_path: Path, spool: Spool) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InfraError, match="is empty; build the release first"):
        print(open_source(str(tmp_path / "empty"), None, GIB, spool).digest)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, list[str]]]:
    """A web server over ``tmp_path``, and what it was asked for."""
    asked: list[str] = []

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: object) -> None:
            asked.append(self.path)

    made = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Handler, directory=str(tmp_path)))
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}", asked
    made.shutdown()
    made.server_close()


def test_a_url_is_asked_once_and_only_for_the_archive(
    tmp_path: Path, spool: Spool, server: tuple[str, list[str]]
) -> None:
    url, asked = server
    (tmp_path / "a.tar").write_bytes(b"content")
    sha256 = hashlib.sha256(b"content").hexdigest()
    source = open_source(f"{url}/a.tar", sha256, len(b"content"), spool)  # as many bytes as are allowed
    assert (source.digest, asked) == (f"sha256:{sha256}", [])
    assert source.archive().read_bytes() == b"content"
    assert open_source(f"{url}/a.tar", sha256, GIB, spool).archive() == source.archive()
    assert asked == ["/a.tar"]


@pytest.mark.parametrize(
    ("path", "max_bytes", "words"),
    [
        ("/a.tar", GIB, "answered with [0-9a-f]{64}, not 0000"),
        ("/a.tar", 3, "is larger than 3 bytes; raise max_bytes"),
        ("/b.tar", GIB, "/b.tar: answered 404; look at the server"),
    ],
)
def test_a_wrong_answer_is_not_kept(
    tmp_path: Path, spool: Spool, server: tuple[str, list[str]], path: str, max_bytes: int, words: str
) -> None:
    (tmp_path / "a.tar").write_bytes(b"content")
    with pytest.raises(InfraError, match=words):
        open_source(server[0] + path, "0" * 64, max_bytes, spool).archive()
    assert [file.suffix for file in spool.folder.iterdir() if file.suffix not in (".lock", ".new")] == []


def test_a_url_with_a_password_or_of_another_kind_is_refused_without_showing_it(spool: Spool) -> None:
    for url in ("ftp://a.example/x", "https://user:hunter2@a.example/x"):
        with pytest.raises(InfraError, match="release URL: is no http or https URL") as caught:
            open_source(url, "0" * 64, GIB, spool).archive()
        assert "hunter2" not in str(caught.value)


def test_of_many_that_need_a_file_one_makes_it(spool: Spool) -> None:
    made = []

    def make(path: Path) -> None:
        made.append(path)
        path.write_text("once")

    threads = [threading.Thread(target=spool.once, args=("key", make)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and spool.once("key", make).read_text() == "once"
