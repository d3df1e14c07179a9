# SPDX-License-Identifier: GPL-3.0-or-later
"""Units whose process was started from something else than what is there now, although all of it is right again.

Somebody edits a unit file, restarts the unit and takes the edit back: no file tells of it, and systemd shows the
command of the file, not that of the process. So times are compared. A process that ran when its generation was
confirmed is the one that was tried then; one that was started since has to be younger than every file it was started
from.
"""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Iterator
from pathlib import Path

from ..generation import Generation, file_name
from ..layout import DROPIN_NAME, Layout
from ..store import unit_link
from ..store.store import GenerationStore, modes
from ..systemd import systemd
from .start_time import STARTED, came_up

#: Folders of a generation that hold one file or folder for each unit.
_OF_UNITS = ("units/", "dropins/", "files/", "credentials/")


def stale(layout: Layout, generation: Generation) -> dict[str, Path]:
    """Units of the confirmed ``generation``, and what was changed since they came up and is right again.

    systemd is asked only about units of which something was changed since the generation was confirmed.
    """
    try:
        confirmed = layout.confirmed.lstat().st_ctime
    except OSError:
        return {}
    changes = _changes(layout, generation, confirmed)
    shown = systemd.show((name for name in generation.live if file_name(name) in changes), [STARTED, "ActiveState"])
    found = {}
    for name, at in came_up(shown).items():
        changed, path = changes[file_name(name)]
        if shown[name].get("ActiveState") in systemd.UP and confirmed < at < changed:
            found[name] = path
    return found


def _changes(layout: Layout, generation: Generation, since: float) -> dict[str, tuple[float, Path]]:
    """By unit, when the last of its files was changed, in seconds of the wall clock, and which, if that was later."""
    found: dict[str, tuple[float, Path]] = {}
    for unit, at, path in [*_links(layout, generation), *_stored(layout, generation, since)]:
        if at > since:
            found[unit] = max((at, path), found.get(unit, (at, path)))
    return found


def _links(layout: Layout, generation: Generation) -> Iterator[tuple[str, float, Path]]:
    """Links of units and of what is laid over them. What a process was started from without one nobody knows.

    A file in the place of one is there to be looked at, see ``tainted``.
    """
    stubs, replaced = unit_link.stubs(layout, generation), unit_link.replaced(layout, generation)
    for unit in generation.units:
        over = layout.unit_stubs / (unit + ".d")
        for link in (layout.unit_stubs / unit, over / DROPIN_NAME):
            if link in stubs and link not in replaced:
                is_right = unit_link.read_link(link) == stubs[link]
                yield unit, link.lstat().st_ctime if is_right else float("inf"), link
        if over / DROPIN_NAME in stubs and _holds_ours_alone(over):
            yield unit, over.stat().st_mtime, over  # a drop-in was there, and is gone


def _holds_ours_alone(folder: Path) -> bool:
    try:
        return [path.name for path in folder.iterdir()] == [DROPIN_NAME]
    except OSError:
        return False


def _stored(layout: Layout, generation: Generation, since: float) -> Iterator[tuple[str, float, Path]]:
    """Stored files that were changed and are what they should be; the others are said elsewhere."""
    folder = layout.generation(generation.id)
    touched = {}
    for path, mode in modes(folder, generation).items():
        name = str(path)[len(str(folder)) + 1 :]
        if name.startswith(_OF_UNITS):
            with contextlib.suppress(OSError):
                status = path.lstat()
                if status.st_ctime > since and status.st_mode == stat.S_IFREG | mode:
                    touched[name] = status.st_ctime
    damaged = GenerationStore(layout).damaged(generation) if touched else []
    for name, at in touched.items():
        if name not in damaged:
            yield name.split("/")[1].removesuffix(".d"), at, folder / name
