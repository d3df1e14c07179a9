# SPDX-License-Identifier: GPL-3.0-or-later
"""A file in pieces: every offset belongs to one piece, with its line."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.fractalops.infra.plugins.module_utils.audit import chunk
from hypothesis import given, settings
from hypothesis import strategies as st


def read(path: Path) -> list[chunk.Chunk]:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return list(chunk.chunks(descriptor, os.fstat(descriptor).st_size))
    finally:
        os.close(descriptor)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 300), st.integers(20, 40))
def test_every_mark_is_in_one_piece_with_its_line(marks: int, gap: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chunk, "SIZE", 256)
        patch.setattr(chunk, "OVERLAP", 64)
        patch.setattr(chunk, "BEFORE", 16)
        content = b"".join(b"%d" % number + b"\n" + b"." * gap + b"MARK" for number in range(marks))
        path = Path(f"/dev/shm/chunk-test-{os.getpid()}")
        path.write_bytes(content)
        try:
            lines = []
            for piece in read(path):
                assert len(piece.content) <= 256 + 64 + 16
                at = piece.content.find(b"MARK", piece.begin)
                while 0 <= at < piece.end:
                    lines.append(piece.line + piece.content.count(b"\n", 0, at))
                    at = piece.content.find(b"MARK", at + 1)
        finally:
            path.unlink()
        assert lines == [number + 2 for number in range(marks)]


def test_an_empty_file_has_no_pieces(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert read(tmp_path / "empty") == []
