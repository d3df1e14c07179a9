# SPDX-License-Identifier: GPL-3.0-or-later
"""Sources of releases, as plays hand them to the role ``release``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NotRequired, TypedDict

from ..topology.model.release_source import FolderSource, UrlSource
from ..topology.model.topology import Topology


class ReleaseVariables(TypedDict):
    """One release that can be delivered."""

    app: str
    id: str
    path: str
    """Where it belongs on a host, as services name it."""
    src: str
    """URL, or path on the controller; a relative one starts beside the topology."""
    sha256: NotRequired[str]


def releases(topology: Topology) -> Iterator[ReleaseVariables]:
    """Every release that has a source, by application and id."""
    for app, sources in sorted(topology.releases.items()):
        for release_id, source in sorted(sources.items()):
            release = ReleaseVariables(
                app=app,
                id=release_id,
                path=release_path(app, release_id),
                src=source.url if isinstance(source, UrlSource) else source.path,
            )
            if not isinstance(source, FolderSource):
                release["sha256"] = source.sha256
            yield release


def release_path(app: str, release_id: str) -> str:
    """Where a release belongs on every host."""
    return f"/opt/{app}/releases/{release_id}"
