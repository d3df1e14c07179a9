# SPDX-License-Identifier: GPL-3.0-or-later
"""Directories held open by descriptor, so that nobody can put a link under a path between check and use."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterator

from .refusal import RefusedTreeError

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FORBIDDEN = frozenset({"", ".", "..", ".git"})


def segments(path: str) -> tuple[str, ...]:
    """The names in a relative path. Raises RefusedTreeError when one could leave the folder or enter ``.git``."""
    names = tuple(path.split("/"))
    if any(name.lower() in _FORBIDDEN or "\0" in name or "\\" in name for name in names):
        raise RefusedTreeError([f"{path}: leaves its folder; write a relative path without dots"])
    return names


@contextlib.contextmanager
def opened(path: str) -> Iterator[int]:
    """A descriptor of the directory ``path``."""
    with _closing(os.open(path, _DIRECTORY)) as descriptor:
        yield descriptor


@contextlib.contextmanager
def descended(parent: int, names: tuple[str, ...], *, make: bool = False) -> Iterator[int]:
    """A descriptor of the directory ``names`` below ``parent``; ``make`` creates what is missing.

    Raises FileNotFoundError when a directory is missing, RefusedTreeError when a name is a link or a file.
    """
    with contextlib.ExitStack() as stack:
        for position, name in enumerate(names):
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o755, dir_fd=parent)
            parent = stack.enter_context(_entered(parent, name, "/".join(names[: position + 1])))
        yield parent


@contextlib.contextmanager
def _entered(parent: int, name: str, path: str) -> Iterator[int]:
    try:
        descriptor = os.open(name, _DIRECTORY, dir_fd=parent)
    except OSError as error:
        if error.errno not in (errno.ENOTDIR, errno.ELOOP):  # a file; a link is either, open(2) does not say which
            raise
        raise RefusedTreeError([in_the_way(path, os.lstat(name, dir_fd=parent).st_mode)]) from None
    with _closing(descriptor):
        yield descriptor


@contextlib.contextmanager
def _closing(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def in_the_way(path: str, mode: int) -> str:
    """The reason that ``path`` is not the directory or file it should be."""
    if stat.S_ISLNK(mode):
        return f"{path}: is a symbolic link and nothing is written through one; replace it by what it points to"
    return f"{path}: something that is not ours is in the way; move it away"


def entries(directory: int, prefix: str = "", skip: Collection[str] = ()) -> Iterator[tuple[str, int]]:
    """Path and mode of everything below ``directory`` that is not a directory; links are not followed.

    What is directly inside and named in ``skip`` is not looked at.
    """
    with os.scandir(directory) as found:
        names = sorted(entry.name for entry in found if entry.name not in skip)
    for name in names:
        mode = os.lstat(name, dir_fd=directory).st_mode
        if not stat.S_ISDIR(mode):
            yield prefix + name, mode
            continue
        with descended(directory, (name,)) as child:
            yield from entries(child, f"{prefix}{name}/")


def read(directory: int, path: str) -> bytes:
    """The regular file ``path`` below ``directory``."""
    *folders, name = segments(path)
    with descended(directory, tuple(folders)) as parent:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=parent)
        with open(descriptor, "rb") as file:
            return file.read()


def write(directory: int, path: str, content: bytes) -> None:
    """A new file ``path`` below ``directory``, on disk before this returns."""
    *folders, name = segments(path)
    with descended(directory, tuple(folders), make=True) as parent:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(name, flags, 0o644, dir_fd=parent), "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            os.fsync(file.fileno())


def link(source: int, target: int, path: str) -> None:
    """The file ``path`` below ``source`` once more below ``target``: the same inode, so the same times."""
    *folders, name = segments(path)
    with descended(source, tuple(folders)) as old, descended(target, tuple(folders), make=True) as new:
        os.link(name, name, src_dir_fd=old, dst_dir_fd=new, follow_symlinks=False)


def flush(directory: int) -> None:
    """Every directory from ``directory`` down is on disk before this returns."""
    with os.scandir(directory) as found:
        folders = [entry.name for entry in found if entry.is_dir(follow_symlinks=False)]
    for name in folders:
        with descended(directory, (name,)) as child:
            flush(child)
    os.fsync(directory)
