# SPDX-License-Identifier: GPL-3.0-or-later
"""Where a release comes from, by what a host recognises it, and the archive to send."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Protocol

from ...module_utils.host.host_error import HostError
from ...module_utils.release.compression import refuse_foreign
from ...module_utils.release.manifest import Entry, tree_digest
from ...module_utils.release.member import Kind
from ..errors import InfraError
from . import download, folder
from .spool import Spool

SHA256 = re.compile(r"[0-9a-f]{64}")


class Source(Protocol):
    """One source; asked for its archive only when a host lacks the release."""

    @property
    def digest(self) -> str:
        """``sha256:…`` of the archive, or ``tree:…`` of the folder."""

    @property
    def needed_bytes(self) -> int:
        """What a host needs at least: the archive and its content, as far as they are known."""

    def archive(self) -> Path:
        """The archive to send, a file of the controller."""


def open_source(src: str, sha256: str | None, max_bytes: int, spool: Spool) -> Source:
    """The source ``src``. Raises InfraError when it is not there, or cannot be shown to be what it should be."""
    if sha256 is not None and not SHA256.fullmatch(sha256):
        raise InfraError("sha256: is not 64 lower-case hex digits; write what sha256sum prints")
    if "://" in src:
        if sha256 is None:
            raise InfraError(f"{src}: has no sha256; a URL may answer differently every day, so write its digest")
        return UrlSource(src, sha256, max_bytes, spool)
    path = Path(src)
    if path.is_dir():
        if sha256 is not None:
            raise InfraError(f"{src}: is a folder, and sha256 is for archives; remove it")
        return FolderSource(path, spool)
    if not path.is_file():
        raise InfraError(f"{src}: is neither a folder nor an archive; look at the path")
    return ArchiveSource(path, sha256, spool)


@dataclass(frozen=True)
class ArchiveSource:
    """An archive on the controller."""

    path: Path
    sha256: str | None
    spool: Spool

    @cached_property
    def digest(self) -> str:
        """Of its bytes now. Raises InfraError when they are not those that were asked for, or no host unpacks them."""
        _refuse_foreign(str(self.path), self.path)
        found = self.spool.once(f"digest {self.path.resolve()}", self._write_digest).read_text()
        if self.sha256 not in (None, found):
            raise InfraError(f"{self.path}: has the SHA-256 {found}, not {self.sha256}; fetch or pack it again")
        return f"sha256:{found}"

    @property
    def needed_bytes(self) -> int:
        """Unpacked it is at least about as large."""
        return 2 * self.path.stat().st_size

    def archive(self) -> Path:
        """Itself."""
        return self.path

    def _write_digest(self, made: Path) -> None:
        made.write_text(sha256_of(self.path))


@dataclass(frozen=True)
class UrlSource:
    """An archive behind a URL, known by its digest, so that a host that has it costs no download."""

    url: str
    sha256: str
    max_bytes: int
    spool: Spool

    @property
    def digest(self) -> str:
        """As it was asked for."""
        return f"sha256:{self.sha256}"

    @property
    def needed_bytes(self) -> int:
        """Nobody knows before the download."""
        return 0

    def archive(self) -> Path:
        """Fetched once for all hosts of the run. Raises InfraError when no host unpacks it."""
        fetched = self.spool.once(
            f"archive {self.sha256}", lambda made: download.fetch(self.url, self.sha256, self.max_bytes, made)
        )
        _refuse_foreign(self.url, fetched)
        return fetched


@dataclass(frozen=True)
class FolderSource:
    """A folder on the controller; read once per run, packed once when a host lacks it."""

    path: Path
    spool: Spool

    @cached_property
    def digest(self) -> str:
        """Of names, kinds and contents."""
        return f"tree:{tree_digest(self._entries)}"

    @property
    def needed_bytes(self) -> int:
        """The archive and what comes out of it."""
        return 2 * sum(entry.size for entry in self._entries.values())

    def archive(self) -> Path:
        """A plain tar of it."""
        return self.spool.once(
            f"archive {self.path} {self.digest}", lambda made: folder.pack(self.path, self._entries, made)
        )

    @cached_property
    def _entries(self) -> dict[str, Entry]:
        listed = self.spool.once(f"entries {self.path.resolve()}", self._list)
        return {name: Entry(Kind(kind), size, content) for name, kind, size, content in json.loads(listed.read_text())}

    def _list(self, made: Path) -> None:
        try:
            found = folder.entries(self.path)
        except HostError as error:
            raise InfraError(str(error)) from None
        if not found:
            raise InfraError(f"{self.path}: is empty; build the release first")
        made.write_text(
            json.dumps([[name, entry.kind.value, entry.size, entry.content] for name, entry in found.items()])
        )


def sha256_of(path: Path) -> str:
    """SHA-256 of a file as hex digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refuse_foreign(name: str, archive: Path) -> None:
    """Raises InfraError for an archive that no host unpacks, before any host is asked or sent anything."""
    with open(archive, "rb") as file:
        try:
            refuse_foreign(name, file.read(8))
        except HostError as error:
            raise InfraError(str(error)) from None
