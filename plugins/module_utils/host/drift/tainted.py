# SPDX-License-Identifier: GPL-3.0-or-later
"""Units that were started after one of their files was changed by hand: what runs is not what the file says again."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from pathlib import Path

from ..generation import Generation, file_name
from ..layout import Layout
from ..store import unit_link
from ..systemd import systemd
from .start_time import STARTED, came_up

#: How exactly a moment of the monotonic clock is known by the wall clock; in doubt a unit is restarted.
DOUBT_SECONDS = 1.0


def tainted(layout: Layout, generation: Generation, damaged: Iterable[str]) -> set[str]:
    """Units of ``generation`` that came up after one of their files was changed.

    These are ``damaged`` files of the store, and files in the place of a link to it. A unit whose file is gone was not
    started from it.
    """
    folder = layout.generation(generation.id)
    files = [folder / name for name in damaged if "/" in name]
    changed = _changed([*files, *unit_link.replaced(layout, generation)])
    shown = systemd.show((name for name in generation.live if file_name(name) in changed), [STARTED])
    return {name for name, at in came_up(shown).items() if at > changed[file_name(name)] - DOUBT_SECONDS}


def _changed(files: Iterable[Path]) -> dict[str, float]:
    """By unit, when its first file was changed, in seconds of the wall clock."""
    changed: dict[str, float] = {}
    for path in files:
        with contextlib.suppress(OSError):
            unit, at = _unit_of(path), path.lstat().st_ctime
            changed[unit] = min(at, changed.get(unit, at))
    return changed


def _unit_of(path: Path) -> str:
    """The unit of ``units/NAME``, ``NAME.d/drop-in`` or ``files/NAME/file``; names of units have a dot."""
    folder = path.parent.name.removesuffix(".d")
    return folder if "." in folder else path.name
