# SPDX-License-Identifier: GPL-3.0-or-later
"""Archives for tests: well-formed ones by Python's own writer, hostile ones byte by byte."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterable

END = b"\0" * 1024


def packed(*members: tuple[str, bytes], mode: str = "w", form: int = tarfile.PAX_FORMAT) -> bytes:
    """An archive of files, as Python's tarfile writes it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode, format=form) as archive:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(content), 0o755 if name.startswith("bin/") else 0o644
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def entry(
    name: bytes, content: bytes = b"", *, kind: bytes = b"0", mode: int = 0o644, link: bytes = b"", size: int = -1
) -> bytes:
    """One ustar entry with exactly these bytes in its fields."""
    fields = [
        *(name.ljust(100, b"\0"), b"%07o\0" % mode, b"0000000\0", b"0000000\0"),
        *(b"%011o\0" % (len(content) if size < 0 else size), b"00000000000\0", b" " * 8),
        *(kind, link.ljust(100, b"\0"), b"ustar\0", b"00", b"\0" * (512 - 265)),
    ]
    header = b"".join(fields)
    checked = header[:148] + b"%06o\0 " % sum(header) + header[156:]
    return checked + content + b"\0" * (-len(content) % 512)


def record(key: bytes, value: bytes) -> bytes:
    """One record of a pax header."""
    rest = b" " + key + b"=" + value + b"\n"
    length = len(rest) + 1
    while len(b"%d" % length) + len(rest) != length:
        length = len(b"%d" % length) + len(rest)
    return b"%d" % length + rest


def pax(records: Iterable[tuple[bytes, bytes]], kind: bytes = b"x") -> bytes:
    """An extended header that holds ``records``."""
    return entry(b"./PaxHeaders/x", b"".join(record(key, value) for key, value in records), kind=kind)
