# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about releases."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from ..model.release_source import FolderSource, UrlSource
from ..model.topology import Topology
from ..violation import Violation
from .assets import services
from .commands import command_words
from .references import known_name

#: Endings of archives that no host unpacks, and what they are.
_FOREIGN_ARCHIVES = {
    ".zip": "a zip archive",
    ".jar": "a zip archive",
    ".whl": "a zip archive",
    ".7z": "a 7z archive",
    ".rar": "a rar archive",
    ".zst": "packed with zstd",
    ".tzst": "packed with zstd",
    ".lz4": "packed with lz4",
    ".deb": "a Debian package",
    ".rpm": "an RPM package",
}
_ENV_FILE = re.compile(r"(?:^|[/=:])\.env$")


def releases_of_our_applications_have_a_source(topology: Topology) -> Iterator[Violation]:
    """Once an application has sources, each of its releases that a service runs has one."""
    for path, service in services(topology):
        release = service.release
        if release is not None and release.app in topology.releases:
            known = topology.releases[release.app]
            yield from known_name(f"release of {release.app!r}", release.id, known, (*path, "release", "id"))


def archives_are_of_a_kind_that_hosts_unpack(topology: Topology) -> Iterator[Violation]:
    """An archive is a tar, plain or packed with gzip, bzip2 or xz: what its name says otherwise, no host unpacks."""
    hint = "unpack it where releases are built and name the folder, or pack it as tar.gz, tar.bz2 or tar.xz"
    for app, sources in topology.releases.items():
        for release_id, source in sources.items():
            key, name = ("url", urlsplit(source.url).path) if isinstance(source, UrlSource) else ("path", source.path)
            what = _FOREIGN_ARCHIVES.get(PurePosixPath(name).suffix.lower())
            if what is not None and not isinstance(source, FolderSource):
                yield Violation(("releases", app, release_id, key), f"this is {what}", hint)


def services_use_no_environment_files(topology: Topology) -> Iterator[Violation]:
    """No service is given an environment file: settings stand in its config, secrets in its credentials."""
    hint = "put settings into config and secrets into credentials"
    for path, number, word in command_words(topology):
        if _ENV_FILE.search(word):
            yield Violation((*path, number), "an environment file", hint)
    for path, service in services(topology):
        for directory in service.directories:
            if _ENV_FILE.search(directory):
                yield Violation((*path, "directories", directory), "an environment file", hint, at_key=True)
