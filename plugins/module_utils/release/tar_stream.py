# SPDX-License-Identifier: GPL-3.0-or-later
"""A tar archive read from front to end in bounded memory: one header at a time, one refusal per thing we do not take.

Python's ``tarfile`` cuts names at a NUL, reads extended headers of any size into memory, and knows types that no
release needs. Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Header Block"; GNU tar manual, "Basic Tar
Format", for long names (types L and K) and base-256 numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from ..host.host_error import HostError
from .member import Kind, Member, checked_mode, checked_name, checked_target, refused

BLOCK = 512
#: No name needs more; a header of gigabytes is an attack on memory.
HEADER_BYTES = 64 * 1024
#: A member has at most one of each: g, x, L, K. More without a member between them is an attack on time.
HEADERS_IN_A_ROW = 8
_REFUSED = {
    b"1": ("is a hard link", "pack with tar --hard-dereference"),
    b"3": ("is a character device", None),
    b"4": ("is a block device", None),
    b"6": ("is a FIFO", None),
    b"S": ("is a sparse file", "pack without --sparse"),
}
_EXTENDED = frozenset({b"x", b"g", b"L", b"K"})


class TarStream:
    """Members of the archive in ``stream``, which is decompressed already and need not be seekable."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._left = 0
        self._padding = 0
        self._extended: dict[str, bytes] = {}
        self._in_a_row = 0

    def __iter__(self) -> Iterator[Member]:
        """Each member that is something; the release itself (``./``) is nothing. Raises HostError on anything else."""
        while True:
            self._skip(self._left + self._padding)
            header = self._exactly(BLOCK)
            if not any(header):
                return
            member = self._member(header)
            if member is not None and member.name:
                yield member

    def read(self, limit: int) -> bytes:
        """Up to ``limit`` bytes of the member that was last given; empty at its end."""
        content = self._exactly(min(limit, self._left))
        self._left -= len(content)
        return content

    def _member(self, header: bytes) -> Member | None:
        _check_sum(header)
        kind, size = header[156:157], _number(header[124:136])
        if kind in _EXTENDED:
            self._read_extended(kind, size)
            return None
        extended, self._extended, self._in_a_row = self._extended, {}, 0
        size = int(extended.get("size", size))
        raw = extended.get("path") or _ustar_name(header)
        name = checked_name(raw)
        checked_mode(name, _number(header[100:108]))
        member = _typed(name, raw, kind, header, extended, size)
        self._left = member.size
        self._padding = -member.size % BLOCK
        return member

    def _read_extended(self, kind: bytes, size: int) -> None:
        self._in_a_row += 1
        if size > HEADER_BYTES or self._in_a_row > HEADERS_IN_A_ROW:
            raise _broken(f"has an extended header of {size} bytes, or too many of them")
        content = self._exactly(size)
        self._skip(-size % BLOCK)
        if kind == b"x":
            self._extended.update(_records(content))
        elif kind == b"g":
            if set(_records(content)) & {"path", "linkpath", "size"}:
                raise _broken("has a global header that names members")
        else:
            self._extended["path" if kind == b"L" else "linkpath"] = _text(content)

    def _skip(self, count: int) -> None:
        while count:
            count -= len(self._exactly(min(count, 1 << 20)))
        self._left = self._padding = 0

    def _exactly(self, count: int) -> bytes:
        """``count`` bytes. A stream may give less at a time, and ends early only when the archive was cut."""
        content = self._stream.read(count)
        while len(content) < count:
            more = self._stream.read(count - len(content))
            if not more:
                raise _broken("ends in the middle")
            content += more
        return content


def _typed(name: str, raw: bytes, kind: bytes, header: bytes, extended: dict[str, bytes], size: int) -> Member:
    if kind in (b"0", b"\0", b"7"):
        if kind == b"\0" and raw.endswith(b"/"):
            return Member(name, Kind.FOLDER)
        if not name:
            raise refused(name, "is a file without a name")
        return Member(name, Kind.EXECUTABLE if _number(header[100:108]) & 0o100 else Kind.FILE, size=size)
    if kind == b"5":
        return Member(name, Kind.FOLDER)
    if kind == b"2":
        return Member(name, Kind.LINK, target=checked_target(name, extended.get("linkpath") or _text(header[157:257])))
    what, hint = _REFUSED.get(kind, (f"is of the unknown type {kind!r}", None))
    raise refused(name, what, *([hint] if hint else []))


def _ustar_name(header: bytes) -> bytes:
    name, prefix = _text(header[0:100]), b""
    if header[257:263] == b"ustar\0":  # GNU keeps times where POSIX keeps the prefix
        prefix = _text(header[345:500])
    return prefix + b"/" + name if prefix else name


def _text(field: bytes) -> bytes:
    """A field up to its NULs; one in the middle stays, and is refused as part of the name."""
    return field.rstrip(b"\0")


def _number(field: bytes) -> int:
    """Octal digits, or base-256 when the first bit is set. Raises HostError for anything else, and below zero."""
    if field[0] & 0x80:
        value = int.from_bytes(bytes([field[0] & 0x7F]) + field[1:], "big")
        if field[0] != 0x80:
            raise _broken("has a number that no archive needs")
        return value
    digits = field.strip(b" \0") or b"0"
    if not all(digit in b"01234567" for digit in digits):
        raise _broken("has a header that is not a number")
    return int(digits, 8)


def _check_sum(header: bytes) -> None:
    if sum(header[:148]) + 8 * ord(" ") + sum(header[156:]) != _number(header[148:156]):
        raise _broken("is not a tar archive, or is damaged")


def _records(content: bytes) -> dict[str, bytes]:
    """``length key=value\\n`` records; of the keys, those that change what is unpacked."""
    found: dict[str, bytes] = {}
    while content:
        length, _space, _rest = content.partition(b" ")
        if not (length.isdigit() and len(length) < 7 and len(length) + 3 < int(length) <= len(content)):
            raise _broken("has an extended header that cannot be read")
        record, content = content[: int(length)], content[int(length) :]
        key, equals, value = record[len(length) + 1 : -1].partition(b"=")
        if not equals or record[-1:] != b"\n":
            raise _broken("has an extended header that cannot be read")
        if key.startswith(b"GNU.sparse."):
            raise _broken("holds a sparse file")
        if key == b"size" and not (value.isdigit() and len(value) < 20):
            raise _broken("has an extended header that cannot be read")
        if key in (b"path", b"linkpath", b"size"):
            found[key.decode()] = value
    return found


def _broken(what: str) -> HostError:
    return HostError("release archive", what, "pack the release again with tar, without special options")
