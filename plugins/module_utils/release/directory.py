# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories held open by descriptor: no link is followed, and swapping a parent moves nothing of ours.

Debian 12's Python has no ``filter`` for tar archives, and a filter looks at paths, which others can change in between.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..host.host_error import HostError

FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
#: What a folder of ours is made with, whatever the umask.
MODE = 0o755


@contextlib.contextmanager
def opened(root: Path, names: Sequence[str], *, make: bool = False) -> Iterator[int]:
    """A descriptor of the directory ``names`` below ``root``, which itself is trusted.

    Raises FileNotFoundError when one is missing and not to be made, HostError when one is a link or not ours.
    """
    with contextlib.ExitStack() as stack:
        current = os.open(str(root), os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        stack.callback(os.close, current)
        path = root
        for name in names:
            path /= name
            current = entered(current, name, path, make=make)
            stack.callback(os.close, current)
            _refuse_foreign(current, path)
        yield current


def entered(parent: int, name: str, path: Path, *, make: bool = False) -> int:
    """A descriptor of the directory ``name`` in ``parent``; ``path`` is for words only."""
    is_new = make and made(parent, name)
    try:
        descriptor = os.open(name, FLAGS, dir_fd=parent)
    except NotADirectoryError:
        raise in_the_way(parent, name, path) from None
    except OSError:
        if is_link(parent, name):
            raise in_the_way(parent, name, path) from None
        raise
    if is_new:
        os.fchmod(descriptor, MODE)
    return descriptor


def made(parent: int, name: str) -> bool:
    """Whether the directory was not there and is now."""
    try:
        os.mkdir(name, 0o700, dir_fd=parent)
    except FileExistsError:
        return False
    return True


def is_link(parent: int, name: str) -> bool:
    """``name`` is a symbolic link."""
    try:
        return stat.S_ISLNK(os.lstat(name, dir_fd=parent).st_mode)
    except FileNotFoundError:
        return False


def in_the_way(parent: int, name: str, path: Path) -> HostError:
    """The refusal of what is not the directory it should be."""
    if is_link(parent, name):
        return HostError(str(path), "is a symbolic link", "nothing is written through one; put a directory there")
    return HostError(str(path), "is not a directory", "move it away, then run again")


def remove_tree(parent: int, name: str) -> None:
    """Remove ``name`` and all below it, following nothing; nothing there is fine."""
    try:
        descriptor = os.open(name, FLAGS, dir_fd=parent)
    except FileNotFoundError:
        return
    except OSError:
        os.unlink(name, dir_fd=parent)
        return
    try:
        os.fchmod(descriptor, 0o700)
        with os.scandir(descriptor) as found:
            inside = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in found]
        for entry, is_folder in inside:
            remove_tree(descriptor, entry) if is_folder else os.unlink(entry, dir_fd=descriptor)
    finally:
        os.close(descriptor)
    os.rmdir(name, dir_fd=parent)


def _refuse_foreign(descriptor: int, path: Path) -> None:
    """Who owns a folder on the way, or may write to it, could replace what runs."""
    state = os.fstat(descriptor)
    if state.st_uid not in (0, os.geteuid()):
        raise HostError(str(path), f"belongs to uid {state.st_uid}", f"run chown root: {path}, then run again")
    if state.st_mode & 0o022:
        raise HostError(str(path), "may be written to by others than root", f"run chmod go-w {path}, then run again")
