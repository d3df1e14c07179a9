# SPDX-License-Identifier: GPL-3.0-or-later
"""Where releases come from. What runs is said by services; a host gets exactly the releases its services name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from .base import HttpUrl, Model
from .kind import text

#: Relative to the topology, or absolute: what a build leaves is hardly ever beside the topology.
SourcePath = Annotated[
    str,
    text(
        r"^/?[A-Za-z0-9_][A-Za-z0-9_.@+-]*(/[A-Za-z0-9_][A-Za-z0-9_.@+-]*)*$",
        "a path on the controller",
        "use letters, digits and _ . @ + -, parts joined by single slashes, no .. and no slash at the end",
        max_length=1024,
    ),
]
Sha256 = Annotated[
    str, text(r"^[0-9a-f]{64}$", "a SHA-256", "write the 64 lower-case hex digits that sha256sum prints")
]


class FolderSource(Model):
    """A folder on the controller is the release."""

    type: Literal["folder"]
    """Kind of source: a folder."""
    path: SourcePath
    """Folder, relative to that of the topology or absolute."""


class ArchiveSource(Model):
    """An archive on the controller holds the release."""

    type: Literal["archive"]
    """Kind of source: a tar, tar.gz, tar.bz2 or tar.xz file."""
    path: SourcePath
    """Archive, relative to the folder of the topology or absolute."""
    sha256: Sha256
    """Digest of the archive; another one is refused."""


class UrlSource(Model):
    """An archive that the controller fetches holds the release."""

    type: Literal["url"]
    """Kind of source: an archive behind a URL that needs no login."""
    url: HttpUrl
    """Where the archive is."""
    sha256: Sha256
    """Digest of the archive; another one is refused."""


ReleaseSource = Annotated[FolderSource | ArchiveSource | UrlSource, Field(discriminator="type")]
