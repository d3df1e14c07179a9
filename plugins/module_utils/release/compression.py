# SPDX-License-Identifier: GPL-3.0-or-later
"""What an archive is packed with, known by its first bytes, and unpacked in bounded memory."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zlib
from typing import BinaryIO, cast

from ..host.host_error import HostError

#: ``xz -9`` needs 65 MiB to unpack; an archive may name a dictionary of 1.5 GiB.
XZ_MEMORY_BYTES = 256 * 1024 * 1024
CHUNK = 1 << 20
#: What unpackers raise on damaged input; of bz2 and gzip an OSError without a number, see ``is_damage``.
DAMAGE = (EOFError, OSError, lzma.LZMAError, zlib.error)
_OTHERS = {
    b"PK\x03\x04": "a zip archive",
    b"PK\x05\x06": "a zip archive",
    b"\x28\xb5\x2f\xfd": "packed with zstd",
    b"7z\xbc\xaf": "a 7z archive",
}


def is_damage(error: Exception) -> bool:
    """Of what is in DAMAGE, the archive is to blame, and not the disk."""
    return getattr(error, "errno", None) is None


def refuse_foreign(name: str, magic: bytes) -> None:
    """Raise HostError when ``magic``, the first bytes of the archive ``name``, are those of one we do not take."""
    for start, what in _OTHERS.items():
        if magic.startswith(start):
            raise HostError(
                name, f"is {what}", "pack the release as tar, tar.gz, tar.bz2 or tar.xz, or name its folder"
            )


def unpacked(archive: BinaryIO) -> BinaryIO:
    """The tar stream inside ``archive``, which stands at its start. Raises HostError for what we do not take."""
    magic = archive.read(6)
    archive.seek(0)
    refuse_foreign("release archive", magic)
    if magic.startswith(b"\x1f\x8b"):
        return cast(BinaryIO, gzip.GzipFile(fileobj=archive))
    if magic.startswith(b"BZh"):
        return cast(BinaryIO, bz2.BZ2File(archive))
    if magic == b"\xfd7zXZ\0":
        return cast(BinaryIO, io.BufferedReader(XzStream(archive), CHUNK))
    return archive


class XzStream(io.RawIOBase):
    """An xz file with a limit on memory, which ``lzma.LZMAFile`` has not."""

    def __init__(self, archive: BinaryIO) -> None:
        super().__init__()
        self._archive = archive
        self._decompressor = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=XZ_MEMORY_BYTES)

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill ``buffer`` as far as the next bytes go; 0 at the end of the stream."""
        while not self._decompressor.eof:
            given = self._archive.read(CHUNK) if self._decompressor.needs_input else b""
            content = self._decompressor.decompress(given, len(buffer))
            if content:
                buffer[: len(content)] = content
                return len(content)
            if not given and self._decompressor.needs_input:
                raise EOFError
        return 0
