# SPDX-License-Identifier: GPL-3.0-or-later
"""What must hold before the guard is armed; whatever fails here has changed nothing that runs."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..store import unit_link
from ..store.credential import decrypt
from ..store.durable import make_folder
from ..store.store import GenerationStore, modes
from ..systemd import systemd

#: PID 1 refuses to reload below this much free space in /run.
RUN_BYTES = 16 * 1024 * 1024
SPARE_BYTES = 1024 * 1024
SPARE_INODES = 64
#: What a file may waste at its end, and what a folder takes.
BLOCK_BYTES = 4096


def room(layout: Layout, generation: Generation) -> None:
    """Space and inodes for the store, headroom in /run."""
    if not systemd.is_running():
        raise HostError("/run/systemd/system", "systemd does not run this host", "use a container that boots systemd")
    space(layout, generation)
    _room_for(_existing(layout.run), RUN_BYTES)


def space(layout: Layout, generation: Generation) -> None:
    """Space and inodes for the store alone, and for the links to it."""
    contents = GenerationStore(layout).contents(generation)
    paths = modes(layout.generation(generation.id), generation)
    needed = sum(len(content) for content in contents.values()) + BLOCK_BYTES * len(paths) + SPARE_BYTES
    inodes = len(paths) + 2 * len(unit_link.stubs(layout, generation)) + SPARE_INODES
    _room_for(_existing(layout.store), needed, inodes)


def _room_for(folder: Path, needed: int, inodes: int = SPARE_INODES) -> None:
    state = os.statvfs(str(folder))
    free = state.f_bavail * state.f_frsize
    if free < needed:
        raise HostError(str(folder), f"needs {needed} bytes, {free} are free", "make room, then run again")
    if state.f_files and state.f_favail < inodes:
        raise HostError(
            str(folder), f"needs {inodes} inodes, {state.f_favail} are free", "remove files, then run again"
        )


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path


def names(layout: Layout, generation: Generation, old: Generation | None) -> None:
    """No unit of ours may hide a unit of somebody else. What ``old`` had a link for is ours, whatever became of it."""
    ours = unit_link.replaced(layout, old) if old else []
    taken = [path for name in generation.units for path in _foreign(layout, name) if path not in ours]
    diverted = [path for path in taken if old and path.name in old.units and path.is_symlink()]
    if diverted:
        first = diverted[0]
        raise HostError(str(first), f"is a link to {unit_link.read_link(first)}", unit_link.way_back(first))
    if taken:
        raise HostError(", ".join(map(str, taken)), "belongs to somebody else", "give the service another name")
    if not systemd.is_running():
        return  # nobody to ask which units of others there are
    loads = systemd.show([name for name in generation.drop_ins if "@." not in name], ["LoadState"])
    absent = [name for name, shown in loads.items() if shown.get("LoadState") == "not-found"]
    if absent:
        raise HostError(", ".join(absent), "is not on this host", "install it, or remove the drop-in")


def _foreign(layout: Layout, name: str) -> list[Path]:
    folders = [layout.unit_stubs, layout.inside("/usr/lib/systemd/system"), layout.inside("/lib/systemd/system")]
    paths = [folder / name for folder in folders]
    return [path for path in paths if os.path.lexists(str(path)) and not unit_link.is_ours(path)][:1]


def releases(layout: Layout, generation: Generation, delivered: Collection[str] = ()) -> None:
    """Every release a unit runs is on the host, in a place that no link leads to; ``delivered`` are not looked for."""
    wanted = sorted({unit.release for unit in generation.units.values() if unit.release}.difference(delivered))
    links = [str(part) for release in wanted for part in _way(layout.inside(release), layout.root) if part.is_symlink()]
    if links:
        raise HostError(links[0], "is a symbolic link", "a release stands in a real folder; put one there")
    absent = [release for release in wanted if not layout.inside(release).is_dir()]
    if absent:
        raise HostError(", ".join(absent), "is not on this host", "deliver the release, then run again")


def _way(path: Path, root: Path) -> list[Path]:
    """Every component from below ``root`` down to ``path``."""
    return [part for part in [*reversed(path.parents), path] if part != root and root in part.parents]


def texts(layout: Layout, generation: Generation) -> None:
    """systemd has nothing against units that are not stored: they are written where check mode may write."""
    import tempfile  # noqa: PLC0415  # a run with nothing to do starts sooner without it

    make_folder(layout.run, 0o755)
    with tempfile.TemporaryDirectory(prefix=".check-", dir=str(layout.run)) as scratch:
        for name, content in GenerationStore(layout).contents(generation).items():
            path = Path(scratch) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        _verified(Path(scratch), generation)


def staged(layout: Layout, generation: Generation, store: GenerationStore) -> None:
    """The stored generation is whole, its credentials open, and systemd has nothing against its units."""
    damaged = store.damaged(generation)
    if damaged:
        raise HostError(damaged[0], "is damaged in the store", "look at the disk of the host")
    folder = layout.generation(generation.id)
    for name, unit in generation.units.items():
        for credential in unit.credentials:
            decrypt(folder / "credentials" / name / credential)
    _verified(folder, generation)


def _verified(folder: Path, generation: Generation) -> None:
    warnings = systemd.verify(folder, generation.units, generation.drop_ins)
    if warnings:
        raise HostError("systemd-analyze verify", "; ".join(warnings), "fix the unit templates or the service")
