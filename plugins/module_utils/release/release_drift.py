# SPDX-License-Identifier: GPL-3.0-or-later
"""Releases that units run, against their manifests: what is missing, changed or too much."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..host.drift.finding import DELIVER, Finding, Kind
from ..host.generation import Generation
from ..host.layout import Layout
from .release_store import ReleaseStore

#: What is reported of one release; a release that was emptied would fill the report.
TOLD = 10
_PATH = re.compile(r"/opt/(?P<app>[^/]+)/releases/(?P<id>[^/]+)")


def releases(layout: Layout, generation: Generation) -> Iterator[Finding]:
    """One finding per member that is not as delivered. A release that is absent, or not of our delivery, has none here.

    Raises HostError when the way to a release holds a link or its manifest cannot be read.
    """
    for path in sorted({unit.release for unit in generation.units.values() if unit.release}):
        found = _PATH.fullmatch(path)
        if found is None:
            continue
        with ReleaseStore.opened(layout, found["app"]) as store:
            wrong = store.standing(found["id"])[1] if store else []
        for name, what in wrong[:TOLD]:
            yield Finding(Kind.RELEASE, f"{path}/{name}", "as it was delivered", what, DELIVER)
        if len(wrong) > TOLD:
            yield Finding(
                Kind.RELEASE, path, "as it was delivered", f"{len(wrong) - TOLD} more members are not", DELIVER
            )
