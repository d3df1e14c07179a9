# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives that want more than to be a release: refused by member, and nothing of them stays."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import os
import tarfile
import tempfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.release.extraction import Limits
from ansible_collections.fractalops.infra.plugins.module_utils.release.member import (
    checked_name,
    refuse_leaving_links,
)
from ansible_collections.fractalops.infra.plugins.module_utils.release.tar_stream import TarStream
from hypothesis import given, settings
from hypothesis import strategies as st

from .conftest import Deliver, left
from .tar import END, entry, packed, pax

SECRET = b"root:x:0:0"
HOSTILE = {
    "leaves": (entry(b"../etc/passwd", SECRET), "'../etc/passwd': leaves the release"),
    "leaves in the middle": (entry(b"a/../../b", SECRET), "'a/../../b': leaves the release"),
    "leaves by a long name": (
        pax([(b"path", b"x/" * 90 + b"../y")]) + entry(b"innocent", SECRET),
        "leaves the release",
    ),
    "leaves by a GNU long name": (
        entry(b"././@LongLink", b"../../y\0", kind=b"L") + entry(b"innocent", SECRET),
        "'../../y': leaves the release",
    ),
    "absolute": (entry(b"/etc/passwd", SECRET), "'/etc/passwd': is absolute"),
    "NUL in the name": (entry(b"good\0.evil", SECRET), "has a NUL in its name"),
    "NUL in a long name": (pax([(b"path", b"a\0b")]) + entry(b"a", SECRET), "has a NUL in its name"),
    "line break in the name": (entry(b"a\nb", SECRET), "has a control character in its name"),
    "not UTF-8": (entry(b"a\xff", SECRET), "is not UTF-8"),
    "setuid": (entry(b"su", SECRET, mode=0o4755), "'su': is setuid; run chmod 755"),
    "setgid and sticky": (entry(b"su", SECRET, mode=0o3755), "'su': is setgid and sticky"),
    "hard link": (entry(b"a", SECRET) + entry(b"b", kind=b"1", link=b"a"), "'b': is a hard link"),
    "FIFO": (entry(b"pipe", kind=b"6"), "'pipe': is a FIFO"),
    "character device": (entry(b"null", kind=b"3"), "'null': is a character device"),
    "block device": (entry(b"sda", kind=b"4"), "'sda': is a block device"),
    "sparse": (entry(b"hole", kind=b"S"), "'hole': is a sparse file"),
    "sparse by a header": (pax([(b"GNU.sparse.major", b"1")]) + entry(b"hole"), "holds a sparse file"),
    "unknown type": (entry(b"x", kind=b"Q"), "is of the unknown type"),
    "link to an absolute path": (entry(b"l", kind=b"2", link=b"/etc/shadow"), "'l': is a link to an absolute path"),
    "link that leaves": (entry(b"d/l", kind=b"2", link=b"../../x"), "'d/l': is a link that leaves the release"),
    "link that leaves through another": (
        entry(b"d/e/", kind=b"5") + entry(b"up", kind=b"2", link=b"d/e/..") + entry(b"l", kind=b"2", link=b"up/../.."),
        "'l': is a link that leaves the release",
    ),
    "links in a circle": (
        entry(b"a", kind=b"2", link=b"b") + entry(b"b", kind=b"2", link=b"a"),
        "is a link that leads to itself",
    ),
    "write through a link": (
        entry(b"d/", kind=b"5") + entry(b"l", kind=b"2", link=b"d") + entry(b"l/x", SECRET),
        "/l: is a symbolic link; nothing is written through one",
    ),
    "file as folder": (entry(b"a", SECRET) + entry(b"a/b", SECRET), "/a: is not a directory"),
    "twice": (entry(b"a", SECRET) + entry(b"./a", SECRET), "'a': is there twice"),
    "a link where a folder is": (
        entry(b"a/b", SECRET) + entry(b"a", kind=b"2", link=b"x"),
        "'a': is there twice",
    ),
    "an environment file": (entry(b"shared/.env", b"TOKEN=1"), "'shared/.env': is an environment file"),
    "a link to an environment file": (
        entry(b"settings", kind=b"2", link=b"../../shared/.env"),
        "'settings': is a link to an environment file",
    ),
    "more than it says": (entry(b"a", SECRET, size=4096), "ends in the middle"),
    "a huge extended header": (entry(b"x", kind=b"x", size=7 << 30), "has an extended header of 7516192768 bytes"),
    "endless extended headers": (pax([(b"comment", b"x")]) * 20, "too many of them"),
    "a global header with a name": (pax([(b"path", b"x")], kind=b"g") + entry(b"a"), "names members"),
    "a damaged header": (entry(b"a", SECRET).replace(b"a", b"b", 1), "is not a tar archive, or is damaged"),
    "text": (b"x" * 512, "has a header that is not a number"),
    "a negative number": (
        entry(b"a", SECRET)[:124] + b"\xff" * 12 + entry(b"a", SECRET)[136:],
        "is not a tar archive|no archive needs",
    ),
    "a name that is too long": (pax([(b"path", b"x" * 300)]) + entry(b"a"), "is longer than 1024 bytes or deeper"),
    "folders without end": (pax([(b"path", b"d/" * 100 + b"x")]) + entry(b"a"), "is longer than 1024 bytes or deeper"),
}


@pytest.mark.fault(33, "a hostile member of an archive")
@pytest.mark.fault(32, "a hard link, FIFO or device in an archive")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_with_words_and_leaves_nothing(
    deliver: Deliver, releases: Path, tmp_path: Path, name: str
) -> None:
    members, words = HOSTILE[name]
    with pytest.raises(HostError, match=words):
        deliver(entry(b"first", b"good") + members + END)
    assert left(releases) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["opt"]


@pytest.mark.fault(33, "an archive that is a bomb")
def test_a_bomb_is_stopped_by_its_size(deliver: Deliver, releases: Path) -> None:
    bomb = gzip.compress(packed(*((f"f{number}", b"\0" * 400_000) for number in range(10))))
    assert len(bomb) < 8000
    with pytest.raises(HostError, match="'f2': makes the release larger than 1048576 bytes; raise max_bytes"):
        deliver(bomb)
    assert left(releases) == []


def test_a_bomb_is_stopped_by_its_members(deliver: Deliver, releases: Path) -> None:
    with pytest.raises(HostError, match="'f50': is one more than 50 members; raise max_members"):
        deliver(packed(*((f"f{number}", b"") for number in range(60))))
    assert left(releases) == []


def test_a_bomb_of_memory_is_refused(deliver: Deliver) -> None:
    with pytest.raises(HostError, match="release archive: is damaged"):
        deliver(_big_dictionary())


@pytest.mark.parametrize("archive", [END, entry(b"./", kind=b"5") + END])
def test_an_archive_of_nothing_is_refused(deliver: Deliver, archive: bytes) -> None:
    with pytest.raises(HostError, match="release archive: is empty"):
        deliver(archive)


def _big_dictionary() -> bytes:
    """An xz stream whose header asks for a dictionary of 3 GiB: made with a small one, then edited."""
    stream = bytearray(lzma.compress(packed(("a", b"x")), format=lzma.FORMAT_XZ, preset=0))
    start = 12
    size = (stream[start] + 1) * 4
    header = stream[start : start + size - 4]
    header[header.index(0x21) + 2] = 39
    stream[start : start + size] = header + zlib.crc32(header).to_bytes(4, "little")
    return bytes(stream)


@pytest.mark.parametrize(
    ("magic", "words"),
    [
        (b"PK\x03\x04", "is a zip archive"),
        (b"PK\x05\x06", "is a zip archive"),
        (b"\x28\xb5\x2f\xfd", "is packed with zstd"),
        (b"7z\xbc\xaf", "is a 7z"),
    ],
)
def test_other_archives_are_refused_by_name(deliver: Deliver, magic: bytes, words: str) -> None:
    with pytest.raises(HostError, match=f"{words}.*; pack the release as tar"):
        deliver(magic + b"\0" * 600)


PACKS = [gzip.compress, lzma.compress, bz2.compress]


@pytest.mark.parametrize("pack", PACKS)
def test_an_archive_that_is_garbled_is_refused(
    deliver: Deliver, releases: Path, pack: Callable[[bytes], bytes]
) -> None:
    whole = pack(packed(("a", bytes(range(256)) * 2000)))
    with pytest.raises(HostError, match=r"release archive: is damaged"):
        deliver(whole[:12] + b"garbled!" * 4 + whole[44:])
    assert left(releases) == []


@pytest.mark.parametrize("pack", PACKS)
def test_an_archive_that_was_cut_is_refused(deliver: Deliver, releases: Path, pack: Callable[[bytes], bytes]) -> None:
    whole = pack(packed(("a", bytes(range(256)) * 2000)))
    with pytest.raises(HostError, match=r"release archive: (is damaged|ends in the middle)"):
        deliver(whole[: len(whole) // 2], limits=Limits(1 << 30, 50))
    assert left(releases) == []


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
def test_every_common_kind_is_unpacked(deliver: Deliver, releases: Path, form: int, mode: str) -> None:
    long = "deep/" * 12 + "name-" * 19 if form != tarfile.USTAR_FORMAT else "d/" * 40 + "x" * 90
    deliver(packed(("bin/run", b"#!"), (long, b"long"), ("ü", b"u"), mode=mode, form=form))
    assert (releases / "1" / long).read_bytes() == b"long"
    assert (releases / "1/bin/run").stat().st_mode & 0o7777 == 0o555
    assert (releases / "1/ü").stat().st_mode & 0o7777 == 0o444


FAST = settings(max_examples=300, deadline=None, database=None)
NAMES = st.lists(
    st.one_of(
        st.sampled_from([b"..", b".", b"", b"a", b".env", b"\0", b"\n", b"\xff", b"b" * 300]), st.binary(max_size=6)
    ),
    max_size=8,
).map(b"/".join)


@FAST
@given(NAMES)
def test_a_name_stays_inside_or_is_refused(raw: bytes) -> None:
    try:
        name = checked_name(raw)
    except HostError:
        return
    parts = name.split("/")
    assert not raw.startswith(b"/") and ".." not in parts and "." not in parts
    assert name == "" or all(parts)
    assert checked_name(name.encode()) == name


TARGETS = st.lists(st.sampled_from(["..", ".", "a", "b", "c", "d"]), min_size=1, max_size=5).map("/".join)


@FAST
@given(st.dictionaries(st.sampled_from(["a", "b", "c", "a/d", "d/a", "d/b"]), TARGETS, max_size=5))
def test_links_that_are_allowed_stay_inside_on_a_real_file_system(links: dict[str, str]) -> None:
    links = {name: target for name, target in links.items() if name.partition("/")[0] not in links or "/" not in name}
    try:
        refuse_leaving_links(links)
    except HostError:
        return
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / "outer/inner/release"
        root.mkdir(parents=True)
        for name, target in links.items():
            (root / name).parent.mkdir(exist_ok=True)
            os.symlink(target, root / name)
        for name in links:
            resolved = (root / name).resolve()
            assert resolved == root or root in resolved.parents


@FAST
@given(st.binary(max_size=2048))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    with contextlib.suppress(HostError):
        list(TarStream(io.BytesIO(content)))


@FAST
@given(st.integers(0, 1535), st.binary(min_size=1, max_size=8))
def test_any_damage_of_a_header_gets_an_answer(place: int, damage: bytes) -> None:
    whole = packed(("a" * 120, b"content"))
    hurt = whole[:place] + damage + whole[place + len(damage) :]
    with contextlib.suppress(HostError):
        assert not [member for member in TarStream(io.BytesIO(hurt)) if member.name.startswith("/")]
