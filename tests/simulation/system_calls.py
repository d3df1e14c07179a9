# SPDX-License-Identifier: GPL-3.0-or-later
"""The edges of the product: every call to the system goes to the world of the process that makes it.

What is replaced are functions of the standard library, so that the product, pathlib and shutil come here alike. Of a
thread that is no simulated process nothing changes.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import errno
import fcntl
import functools
import grp
import importlib
import io
import os
import pwd
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, Self

from ansible_collections.fractalops.infra.plugins.module_utils.host.activation import agent
from ansible_collections.fractalops.infra.plugins.module_utils.host.health import get
from ansible_collections.fractalops.infra.plugins.modules import host_generation
from ansible_collections.fractalops.infra.tests.simulation import http_client
from ansible_collections.fractalops.infra.tests.simulation.file_system import error
from ansible_collections.fractalops.infra.tests.simulation.inode import FOLDER, LINK, Inode
from ansible_collections.fractalops.infra.tests.simulation.open_file import SimulatedFile
from ansible_collections.fractalops.infra.tests.simulation.process import Killed, OpenFile, Process, current

HOST = "ansible_collections.fractalops.infra.plugins.module_utils.host"

#: On a busy host a sleep is longer than it was asked for; here it spares the polls in between.
SHORTEST_SLEEP_SECONDS = 0.1


class Pool:
    """In place of a pool of threads: one after another, in the order given."""

    def __init__(self, max_workers: int) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...

    @staticmethod
    def map(function: Callable[..., Any], *items: Any) -> list[Any]:
        """All results."""
        return list(map(function, *items))


@dataclass
class Entry:
    """What ``scandir`` yields."""

    name: str
    path: str
    inode: Inode
    folder: Callable[[], Inode | None]

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        """As asked, behind a link."""
        if self.inode.kind == LINK and follow_symlinks:
            behind = self.folder()
            return behind is not None and behind.kind == FOLDER
        return self.inode.kind == FOLDER

    def stat(self, *, follow_symlinks: bool = True) -> Any:
        """Of the entry itself, which is all that is asked for."""
        return _status(self.inode)

    def is_symlink(self) -> bool:
        """A link, wherever it leads."""
        return self.inode.kind == LINK


class Entries:
    """The iterator that ``scandir`` gives."""

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = iter(entries)

    def __enter__(self) -> Iterator[Entry]:
        return self._entries

    def __exit__(self, *_error: object) -> None: ...


def _opened(process: Process, descriptor: int) -> OpenFile:
    try:
        return process.files[descriptor]
    except KeyError:
        raise error(errno.EBADF, descriptor) from None


def _base(process: Process, dir_fd: int | None) -> Inode | None:
    return None if dir_fd is None else _opened(process, dir_fd).inode


def _find(process: Process, path: Any, dir_fd: int | None = None, *, follow: bool = True) -> Inode:
    if isinstance(path, int):
        return _opened(process, path).inode
    return process.world.files.find(os.fspath(path), _base(process, dir_fd), follow=follow)


def _open(process: Process, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
    name = os.fspath(path)
    if flags & (os.O_CREAT | os.O_TRUNC):
        process.effect("open", name)
    else:
        process.read()
    return process.open(process.world.files.open(name, flags, mode, _base(process, dir_fd)), name, flags)


def _close(process: Process, descriptor: int) -> None:
    if descriptor in process.files and process.world.locks.get(process.files[descriptor].inode.number) == descriptor:
        process.effect("unlock", process.files[descriptor].path)
    if process.files.pop(descriptor, None) is None:
        raise error(errno.EBADF, descriptor)


def _fsync(process: Process, descriptor: int) -> None:
    opened = _opened(process, descriptor)
    process.effect("fsync", opened.path)
    opened.inode.sync()


def _fchmod(process: Process, descriptor: int, mode: int) -> None:
    process.read()
    _opened(process, descriptor).inode.mode = mode


def _chmod(process: Process, path: Any, mode: int) -> None:
    process.read()
    _find(process, path).mode = mode


def _chown(process: Process, path: Any, _user: int, _group: int) -> None:
    process.read()
    _find(process, path)


def _stat(process: Process, path: Any, *, dir_fd: int | None = None, follow_symlinks: bool = True) -> Any:
    process.read()
    return _status(_find(process, path, dir_fd, follow=follow_symlinks))


def _lstat(process: Process, path: Any, *, dir_fd: int | None = None) -> Any:
    return _stat(process, path, dir_fd=dir_fd, follow_symlinks=False)


def _fstat(process: Process, descriptor: int) -> Any:
    return _status(_opened(process, descriptor).inode)


def _status(inode: Inode) -> Any:
    return SimpleNamespace(
        st_mode=inode.kind | inode.mode,
        st_ino=inode.number,
        st_dev=1,
        st_nlink=inode.links,
        st_uid=0,
        st_gid=0,
        st_size=len(inode.content),
        st_mtime=inode.modified,
        st_ctime=inode.modified,
    )


def _statvfs(process: Process, path: Any) -> Any:
    process.read()
    _find(process, path)
    return SimpleNamespace(f_bavail=1 << 20, f_frsize=4096, f_files=1 << 20, f_favail=1 << 20, f_flag=0)


def _mkdir(process: Process, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
    files, name = process.world.files, os.fspath(path)
    if files.place(name, _base(process, dir_fd), follow=False).inode is None:
        process.effect("mkdir", name)
    files.mkdir(name, mode, _base(process, dir_fd))


def _rmdir(process: Process, path: Any, *, dir_fd: int | None = None) -> None:
    process.effect("rmdir", os.fspath(path))
    process.world.files.rmdir(os.fspath(path), _base(process, dir_fd))


def _unlink(process: Process, path: Any, *, dir_fd: int | None = None) -> None:
    process.effect("unlink", os.fspath(path))
    process.world.files.unlink(os.fspath(path), _base(process, dir_fd))


def _symlink(process: Process, target: Any, path: Any, *_is_folder: bool, dir_fd: int | None = None) -> None:
    process.effect("symlink", os.fspath(path))
    process.world.files.symlink(os.fspath(target), os.fspath(path), _base(process, dir_fd))


def _rename(
    process: Process, old: Any, new: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None
) -> None:
    process.effect("rename", os.fspath(old), os.fspath(new))
    bases = _base(process, src_dir_fd), _base(process, dst_dir_fd)
    process.world.files.rename(os.fspath(old), os.fspath(new), *bases)


def _readlink(process: Process, path: Any, *, dir_fd: int | None = None) -> str:
    process.read()
    return process.world.files.readlink(os.fspath(path), _base(process, dir_fd))


def _folder(process: Process, path: Any) -> Inode:
    inode = _find(process, path)
    if inode.kind != FOLDER:
        raise error(errno.ENOTDIR, path)
    return inode


def _listdir(process: Process, path: Any = ".") -> list[str]:
    process.read()
    return list(_folder(process, path).names)


def _scandir(process: Process, path: Any = ".") -> Entries:
    process.read()
    inode, files = _folder(process, path), process.world.files
    above = "" if isinstance(path, int) else f"{os.fspath(path)}/"
    return Entries([Entry(name, above + name, one, _behind(files, inode, name)) for name, one in inode.names.items()])


def _behind(files: Any, folder: Inode, name: str) -> Callable[[], Inode | None]:
    def look() -> Inode | None:
        try:
            return files.find(name, folder)  # type: ignore[no-any-return]
        except OSError:
            return None

    return look


def _io_open(process: Process, file: Any, mode: str = "r", *_more: Any, **_named: Any) -> SimulatedFile:
    descriptor = file
    if not isinstance(file, int):
        flags = {"r": os.O_RDONLY, "w": os.O_WRONLY | os.O_CREAT | os.O_TRUNC, "a": os.O_WRONLY | os.O_CREAT}[mode[0]]
        descriptor = _open(process, file, flags, 0o666)
    opened = _opened(process, descriptor)
    if opened.inode.kind == FOLDER:
        raise error(errno.EISDIR, opened.path)
    return SimulatedFile(process, descriptor, opened, mode)


def _flock(process: Process, descriptor: int, _how: int) -> None:
    """Always exclusive and without waiting, as the product asks."""
    process.effect("lock", _opened(process, descriptor).path)
    number, world = _opened(process, descriptor).inode.number, process.world
    holder = world.locks.get(number)
    if holder is not None and holder != descriptor and any(holder in one.files for one in world.processes):
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
    world.locks[number] = descriptor


def _sleep(process: Process, seconds: float) -> None:
    process.read()
    process.sleep_until(process.world.now + max(seconds, SHORTEST_SLEEP_SECONDS))


def _run(process: Process, command: Any, **named: Any) -> subprocess.CompletedProcess[bytes]:
    code, stdout, stderr = process.world.execute(process, list(command), named.get("input") or b"", named.get("env"))
    return subprocess.CompletedProcess(command, code, stdout, stderr)


def _ansible_module(process: Process, *_arguments: Any, **_named: Any) -> Any:
    return process.module


def _getpwnam(process: Process, name: str) -> Any:
    if name not in process.world.users:
        raise KeyError(name)
    return SimpleNamespace(pw_name=name)


_FILES = (_open, _close, _fsync, _fchmod, _chmod, _chown, _stat, _lstat, _fstat, _statvfs, _mkdir, _rmdir, _unlink)
_FURTHER = (_symlink, _rename, _readlink, _listdir, _scandir)
_OS: dict[str, Callable[..., Any]] = {
    **{function.__name__[1:]: function for function in (*_FILES, *_FURTHER)},
    "fstatvfs": _statvfs,
    "remove": _unlink,
    "replace": _rename,
    "getpid": lambda process: process.pid,
    "geteuid": lambda _process: 0,
    "getegid": lambda _process: 0,
}
_TIME: dict[str, Callable[..., Any]] = {
    "time": lambda process: process.world.wall,
    "time_ns": lambda process: process.world.next_wall_ns(),
    "clock_gettime": lambda process, _clock: process.world.now,
    "sleep": _sleep,
}
_PWD: dict[str, Callable[..., Any]] = {
    "getpwnam": _getpwnam,
    "getpwuid": lambda _process, _number: SimpleNamespace(pw_name="root"),
}
_GRP: dict[str, Callable[..., Any]] = {"getgrgid": lambda _process, _number: SimpleNamespace(gr_name="root")}
EDGES: tuple[tuple[Any, dict[str, Callable[..., Any]]], ...] = (
    (os, _OS),
    (io, {"open": _io_open}),
    (time, _TIME),
    (fcntl, {"flock": _flock}),
    (subprocess, {"run": _run}),
    (pwd, _PWD),
    (grp, _GRP),
    (host_generation, {"AnsibleModule": _ansible_module}),
)


def _dispatched(real: Callable[..., Any], simulated: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(real)
    def call(*arguments: Any, **named: Any) -> Any:
        process = current()
        if process is None:
            return real(*arguments, **named)
        if process.is_dead:
            raise Killed
        return simulated(process, *arguments, **named)

    return call


class _Streams:
    """``sys`` as a module of the product sees it."""

    executable = "/usr/bin/python3"

    def __getattr__(self, name: str) -> Any:
        process = current()
        return getattr(process if process is not None and name in ("stdout", "stderr") else sys, name)


@contextlib.contextmanager
def in_place() -> Iterator[None]:
    """From here to the end simulated processes can run."""
    agent.sources()  # read once, from the real disk
    for name in agent.MODULES[1:]:  # some are imported only when they are needed
        importlib.import_module(f"{HOST}.{name.replace('/', '.').removesuffix('.__init__')}")
    with contextlib.ExitStack() as undo:
        for owner, edges in EDGES:
            for name, simulated in edges.items():
                _replace(undo, owner, name, _dispatched(getattr(owner, name), simulated))
        for name, module in list(sys.modules.items()):
            if name.startswith(HOST):
                for noun, ours in (("ThreadPoolExecutor", Pool), ("sys", _Streams())):
                    if hasattr(module, noun):
                        _replace(undo, module, noun, ours)
        _replace(undo, concurrent.futures, "ThreadPoolExecutor", Pool)  # for what imports it late
        _replace(undo, get, "threading", http_client.Threading)
        undo.enter_context(http_client.in_place())
        yield


def _replace(undo: contextlib.ExitStack, owner: Any, name: str, ours: Any) -> None:
    undo.callback(setattr, owner, name, getattr(owner, name))
    setattr(owner, name, ours)
