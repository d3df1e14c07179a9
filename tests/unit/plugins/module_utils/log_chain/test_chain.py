# SPDX-License-Identifier: GPL-3.0-or-later
"""The break-glass log: what is appended holds, and every kind of tampering is named with its line."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.host.host_error import HostError
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain import chain
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain.entry import Entry
from ansible_collections.fractalops.infra.plugins.module_utils.log_chain.verdict import Head, judged
from hypothesis import given
from hypothesis import strategies as st


@pytest.fixture(name="path")
def _path(tmp_path: Path) -> Path:
    return written(tmp_path / "audit" / "chain.jsonl")


def written(path: Path) -> Path:
    """A chain of five."""
    for number in range(1, 6):
        chain.append(path, {"event": f"step-{number}"})
    return path


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def breaks(path: Path, expected_head: Head | None = None) -> list[str]:
    return [str(one) for one in chain.verify(path, expected_head).breaks]


def test_what_is_appended_holds(path: Path) -> None:
    verdict = chain.verify(path)
    assert verdict.is_whole
    assert [entry.record["event"] for entry in verdict.entries] == [f"step-{number}" for number in range(1, 6)]
    assert [entry.seq for entry in verdict.entries] == [1, 2, 3, 4, 5]
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(chain.head_file(path).stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert str(verdict.head) == chain.head_file(path).read_text().strip()


def test_a_line_is_plain_json_that_anybody_can_check(path: Path) -> None:
    data = json.loads(lines(path)[1])
    assert list(data) == sorted(data)
    assert data["previous"] == json.loads(lines(path)[0])["sha256"]


def test_a_chain_that_is_not_there_holds_unless_a_head_says_otherwise(tmp_path: Path) -> None:
    absent = tmp_path / "absent.jsonl"
    assert chain.verify(absent).is_whole
    assert breaks(absent, Head(1, "a" * 64)) == ["line 1: removed: the head given knows entry 1, which is not there"]


def test_a_changed_line_breaks_it(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"step-3", b"step-9"))
    assert breaks(path) == ["line 3: changed: entry 3 is not what its digest was made of"]


def test_a_line_written_anew_breaks_it_at_the_next(path: Path) -> None:
    found = lines(path)
    entry = Entry.of(found[2].rstrip())
    assert entry is not None
    forged = Entry(entry.seq, entry.time, entry.previous, {"event": "forged"}, None).sealed()
    path.write_bytes(b"".join([*found[:2], forged.line() + b"\n", *found[3:]]))
    assert breaks(path) == ["line 4: replaced: entry 4 was written after another line than the one before it"]


def test_a_last_line_written_anew_is_seen_by_the_head(path: Path) -> None:
    found = lines(path)
    entry = Entry.of(found[4].rstrip())
    assert entry is not None
    forged = Entry(entry.seq, entry.time, entry.previous, {"event": "forged"}, None).sealed()
    path.write_bytes(b"".join([*found[:4], forged.line() + b"\n"]))
    assert breaks(path) == ["line 6: replaced: entry 5 is not the one the head file knows"]


@pytest.mark.parametrize(
    ("kept", "words"),
    [
        ([0, 1, 3, 4], "line 3: removed: entry 3 is missing before entry 4"),
        ([0, 3, 4], "line 2: removed: entries 2 to 3 are missing before entry 4"),
        ([1, 2, 3, 4], "line 1: removed: entry 1 is missing before entry 2"),
        ([0, 1, 2, 3], "line 5: removed: the head file knows entry 5, which is not there"),
        ([], "line 1: removed: the head file knows entry 5, which is not there"),
    ],
)
def test_a_removed_line_is_named(path: Path, kept: list[int], words: str) -> None:
    found = lines(path)
    path.write_bytes(b"".join(found[number] for number in kept))
    assert breaks(path) == [words]


def test_moved_and_repeated_lines_are_named(path: Path) -> None:
    one, two, three, four, five = lines(path)
    path.write_bytes(b"".join([one, three, two, four, five]))
    assert breaks(path)[0] == "line 2: reordered: entry 3 stands after entry 1"
    path.write_bytes(b"".join([one, two, two, three, four, five]))
    assert breaks(path)[0] == "line 3: reordered: entry 2 stands after entry 2"


def test_a_cut_last_line_is_named(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])
    assert breaks(path) == [
        "line 5: truncated: the line ends in the middle",
        "line 5: removed: the head file knows entry 5, which is not there",
    ]


def test_a_tail_cut_together_with_the_head_file_is_seen_by_a_head_from_elsewhere(path: Path) -> None:
    known = chain.verify(path).head
    found = lines(path)
    path.write_bytes(b"".join(found[:3]))
    entry = Entry.of(found[2].rstrip())
    assert entry is not None
    chain.head_file(path).write_text(str(Head(3, entry.sha256)))
    assert breaks(path) == []
    assert breaks(path, known) == ["line 4: removed: the head given knows entry 5, which is not there"]


def test_an_older_head_from_elsewhere_is_fine(path: Path) -> None:
    known = chain.verify(path).head
    chain.append(path, {"event": "later"})
    assert breaks(path, known) == []


def test_power_may_go_between_line_and_head(path: Path) -> None:
    head = chain.head_file(path).read_bytes()
    chain.append(path, {"event": "later"})
    chain.head_file(path).write_bytes(head)
    assert breaks(path) == []
    chain.append(path, {"event": "latest"})
    assert breaks(path) == []


@pytest.mark.parametrize("content", [None, b"", b"5 none\n", b"\xff"])
def test_a_head_file_that_is_gone_is_named(path: Path, content: bytes | None) -> None:
    chain.head_file(path).unlink()
    if content is not None:
        chain.head_file(path).write_bytes(content)
    assert breaks(path) == ["line 6: removed: the head file is missing, so a cut end would not show"]


def test_a_broken_chain_is_appended_to_and_says_so(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"step-3", b"step-9"))
    appended = chain.append(path, {"event": "repair"})
    assert appended.entry.seq == 6
    assert appended.entry.broken == "line 3: changed: entry 3 is not what its digest was made of"
    assert [str(one) for one in appended.breaks] == [appended.entry.broken]
    assert len(breaks(path)) == 1, "what came after it holds"


def test_a_cut_line_stays_a_line_of_its_own(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-10])
    appended = chain.append(path, {"event": "repair"})
    assert appended.entry.seq == 6, "the head file remembers 5"
    assert [one.line for one in chain.verify(path).breaks] == [5, 6]
    assert Entry.of(lines(path)[5].rstrip()) == appended.entry


def test_numbers_go_on_when_the_file_is_gone(path: Path) -> None:
    path.unlink()
    appended = chain.append(path, {"event": "repair"})
    assert appended.entry.seq == 6
    assert breaks(path) == ["line 1: removed: entries 1 to 5 are missing before entry 6"]


def test_nothing_is_written_to_a_file_that_is_not_plainly_ours(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("")
    (tmp_path / "link").symlink_to(target)
    os.mkfifo(tmp_path / "fifo")
    open_to_all = tmp_path / "open"
    open_to_all.write_text("")
    open_to_all.chmod(0o666)
    for name in ("link", "fifo", "open", "target/below"):
        with pytest.raises(HostError, match=r"cannot be appended to|not a regular file"):
            chain.append(tmp_path / name, {})
    assert target.read_text() == open_to_all.read_text() == ""


def test_a_record_that_is_no_json_is_refused_and_nothing_is_written(path: Path) -> None:
    before = path.read_bytes()
    for record in ({"a": object()}, {"a": float("nan")}, {"a": b"bytes"}):
        with pytest.raises(HostError, match="the record is not plain JSON"):
            chain.append(path, record)
    assert path.read_bytes() == before


def test_many_writers_make_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "chain.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=written, args=(path,)) for _ in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    verdict = chain.verify(path)
    assert verdict.is_whole
    assert len(verdict.entries) == 20


CONTENT = b"".join(
    entry.line() + b"\n"
    for entry in [Entry(1, "2026-11-21T03:00:00Z", "0" * 64, {"event": "a"}, None).sealed()]
    for entry in [entry, Entry(2, entry.time, entry.sha256, {"event": "ü {{"}, None).sealed()]
)


@given(st.integers(0, len(CONTENT) - 1), st.integers(1, 255))
def test_any_changed_byte_breaks_it(place: int, mask: int) -> None:
    changed = bytearray(CONTENT)
    changed[place] ^= mask
    assert judged(CONTENT, {}).is_whole
    assert not judged(bytes(changed), {}).is_whole


@given(st.binary(max_size=300))
def test_whatever_a_file_holds_is_judged(content: bytes) -> None:
    assert judged(content, {}).is_whole == (content == b"")
