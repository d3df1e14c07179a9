# SPDX-License-Identifier: GPL-3.0-or-later
"""``/opt/<app>/current``: the release that runs, for people. Units never go through it, and nothing depends on it."""

from __future__ import annotations

import contextlib
import os
import re

from .generation import Generation
from .layout import Layout

_RELEASE = re.compile(r"/opt/(?P<app>[^/]+)/(?P<target>releases/[^/]+)")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def follow(layout: Layout, confirmed: Generation) -> None:
    """Move the link of every application that runs one release here; of two at once neither is *the* current one.

    A failure is no reason to say that the commit before it failed.
    """
    targets: dict[str, set[str]] = {}
    for unit in confirmed.units.values():
        found = _RELEASE.fullmatch(unit.release or "")
        if found:
            targets.setdefault(found["app"], set()).add(found["target"])
    for app, named in targets.items():
        if len(named) == 1:
            with contextlib.suppress(OSError):
                _point(layout, app, named.pop())


def _point(layout: Layout, app: str, target: str) -> None:
    """By descriptor, so that no link on the way leads elsewhere; what is there and is no link is not ours."""
    folder = os.open(str(layout.inside("/opt/" + app)), _FOLDER)
    try:
        with contextlib.suppress(FileNotFoundError):
            if os.readlink("current", dir_fd=folder) == target:
                return
        with contextlib.suppress(FileNotFoundError):
            os.unlink(".current", dir_fd=folder)
        os.symlink(target, ".current", dir_fd=folder)
        os.rename(".current", "current", src_dir_fd=folder, dst_dir_fd=folder)
        os.fsync(folder)
    finally:
        os.close(folder)
