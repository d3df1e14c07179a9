# SPDX-License-Identifier: GPL-3.0-or-later
"""``/opt/<app>/current``: the release that runs, for people. Units never go through it, and nothing depends on it."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout

_RELEASE = re.compile(r"/opt/(?P<app>[^/]+)/(?P<target>releases/[^/]+)")
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def require_movable(layout: Layout, new: Generation) -> None:
    """Raise HostError when a link of ours has to move and its disk became read-only: no place to commit on."""
    for app, target in _targets(new).items():
        with contextlib.suppress(OSError), _opened(layout, app) as folder:
            if _read(folder) not in (None, target) and os.fstatvfs(folder).f_flag & os.ST_RDONLY:
                path = layout.inside(f"/opt/{app}/current")
                raise HostError(
                    str(path), "cannot be moved: Read-only file system", "make /opt writable, then run again"
                )


def follow(layout: Layout, confirmed: Generation) -> None:
    """Move the link of every application; a failure is no reason to say that the commit before it failed."""
    for app, target in _targets(confirmed).items():
        with contextlib.suppress(OSError), _opened(layout, app) as folder:
            _point(folder, target)


def _targets(generation: Generation) -> dict[str, str]:
    """By application that runs one release here; of two at once neither is *the* current one."""
    found = (_RELEASE.fullmatch(unit.release or "") for unit in generation.units.values())
    pairs = {(one["app"], one["target"]) for one in found if one}
    apps = [app for app, _target in pairs]
    return {app: target for app, target in sorted(pairs) if apps.count(app) == 1}


@contextlib.contextmanager
def _opened(layout: Layout, app: str) -> Iterator[int]:
    """By descriptor, so that no link on the way leads elsewhere."""
    folder = os.open(str(layout.inside("/opt/" + app)), _FOLDER)
    try:
        yield folder
    finally:
        os.close(folder)


def _read(folder: int) -> str | None:
    """Where the link leads; None when there is none. Raises OSError for what is no link: it is not ours."""
    try:
        return os.readlink("current", dir_fd=folder)
    except FileNotFoundError:
        return None


def _point(folder: int, target: str) -> None:
    if _read(folder) == target:
        return
    with contextlib.suppress(FileNotFoundError):
        os.unlink(".current", dir_fd=folder)
    os.symlink(target, ".current", dir_fd=folder)
    os.rename(".current", "current", src_dir_fd=folder, dst_dir_fd=folder)
    os.fsync(folder)
