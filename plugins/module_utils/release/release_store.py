# SPDX-License-Identifier: GPL-3.0-or-later
"""The releases of one application: ``/opt/<app>/releases``, held open for as long as it is worked on.

```
<id>/                    one release, read-only, in place by one rename
.<id>.manifest.json      what it holds; written before the release is in place, so a release without one is not ours
.incoming/               archives under way, by a name of their run
.stage-<id>, .gone-<id>  half unpacked, half removed: swept by the next run
```
"""

from __future__ import annotations

import contextlib
import enum
import fcntl
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from ..host.host_error import BusyError, HostError
from ..host.layout import Layout
from . import archive, directory
from .durability import exchange, sync_file_system
from .extraction import Limits
from .manifest import Manifest
from .standing import Wrong, damaged

APP = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,62}")
INCOMING = ".incoming"
_MANIFEST = re.compile(r"\.(?P<id>[A-Za-z0-9][A-Za-z0-9._+-]*)\.manifest\.json")
#: An archive nobody has open and nobody wrote to for so long belongs to a run that is gone.
IDLE_SECONDS = 60
LOCK_SECONDS = 120


class Standing(enum.Enum):
    """How a release is on this host."""

    ABSENT = "absent"
    WHOLE = "whole"
    DAMAGED = "damaged"
    FOREIGN = "not ours"


class ReleaseStore:
    """Releases below the directory ``folder``."""

    def __init__(self, folder: int, path: Path) -> None:
        self.folder = folder
        self.path = path

    @classmethod
    @contextlib.contextmanager
    def opened(cls, layout: Layout, app: str, *, make: bool = False) -> Iterator[ReleaseStore | None]:
        """The store of ``app``; None when there is none and it is not to be made.

        Raises HostError, naming the component, when the way to it holds a link or can be changed by others.
        """
        if not APP.fullmatch(app):
            raise HostError(repr(app), "is not the name of an application", "use [a-z][a-z0-9-]*")
        path = layout.inside(f"/opt/{app}/releases")
        with contextlib.ExitStack() as stack:
            try:
                folder = stack.enter_context(directory.opened(layout.root, ["opt", app, "releases"], make=make))
            except FileNotFoundError:
                yield None
                return
            yield cls(folder, path)

    @contextlib.contextmanager
    def lock(self) -> Iterator[None]:
        """One change of these releases at a time. Raises HostError when another takes over LOCK_SECONDS."""
        give_up = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > give_up:
                    what = f"another run has been changing it for over {LOCK_SECONDS} s"
                    raise BusyError(str(self.path), what, "wait, then run again", LOCK_SECONDS) from None
                time.sleep(0.05)
        try:
            yield
        finally:
            fcntl.flock(self.folder, fcntl.LOCK_UN)

    def newest_first(self) -> list[str]:
        """Ids of the releases we delivered, by the time they came."""
        came = {}
        for name in os.listdir(self.folder):
            found = _MANIFEST.fullmatch(name)
            if found and self._is_there(found["id"]):
                came[found["id"]] = os.lstat(name, dir_fd=self.folder).st_mtime_ns
        return sorted(came, key=lambda release_id: (-came[release_id], release_id))

    def manifest(self, release_id: str) -> Manifest | None:
        """What ``release_id`` should hold; None when we did not deliver it."""
        name = _manifest_name(release_id)
        try:
            descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self.folder)
        except FileNotFoundError:
            return None
        with open(descriptor, "rb") as file:
            return Manifest.parse(file.read(), str(self.path / name))

    def standing(self, release_id: str) -> tuple[Standing, list[Wrong]]:
        """How ``release_id`` is, and what is wrong with it; only files that were touched since are read."""
        if directory.is_link(self.folder, release_id):
            raise directory.in_the_way(self.folder, release_id, self.path / release_id)
        if not self._is_there(release_id):
            return Standing.ABSENT, []
        manifest = self.manifest(release_id)
        if manifest is None:
            return Standing.FOREIGN, []
        wrong = damaged(self.folder, release_id, manifest.entries, self.path / release_id, self._written_ns(release_id))
        return (Standing.DAMAGED if wrong else Standing.WHOLE), wrong

    def store(self, release_id: str, incoming: str, sha256: str, digest: str, limits: Limits) -> Manifest:
        """Unpack the archive ``incoming`` as ``release_id``: whole, durable and read-only, or not at all.

        The caller holds the lock. A release that is there is a damaged one, and is replaced.
        """
        stage, path = f".stage-{release_id}", self.path / release_id
        directory.remove_tree(self.folder, stage)
        try:
            manifest = self._unpacked(stage, path, incoming, sha256, limits)
            if digest not in manifest.digests:
                raise HostError(str(path), "holds something else than its source", "leave the source alone meanwhile")
            if self._is_there(release_id):
                self._replace(stage, release_id, manifest)
            else:
                self._put_in_place(stage, release_id, manifest)
        finally:
            directory.remove_tree(self.folder, stage)
        return manifest

    def remove(self, release_id: str) -> None:
        """Take ``release_id`` away: first out of its place, by one rename. The caller holds the lock.

        The manifest goes when that is sure: without one, a release is taken for somebody else's.
        """
        gone = f".gone-{release_id}"
        directory.remove_tree(self.folder, gone)
        os.rename(release_id, gone, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        os.fsync(self.folder)
        with contextlib.suppress(FileNotFoundError):
            os.unlink(_manifest_name(release_id), dir_fd=self.folder)
        directory.remove_tree(self.folder, gone)

    def sweep(self) -> None:
        """Remove what killed runs left. The caller holds the lock, so whatever is half done is nobody's."""
        for name in os.listdir(self.folder):
            found = _MANIFEST.fullmatch(name)
            if name.startswith((".stage-", ".gone-")):
                directory.remove_tree(self.folder, name)
            elif found and not self._is_there(found["id"]):
                os.unlink(name, dir_fd=self.folder)
        with contextlib.suppress(FileNotFoundError), self._incoming() as incoming:
            for name in os.listdir(incoming):
                if _is_idle(os.lstat(name, dir_fd=incoming)):
                    directory.remove_tree(incoming, name)

    def make_incoming(self) -> Path:
        """The folder that archives are sent to; nobody but root may look inside."""
        with self._incoming(make=True) as incoming:
            os.fchmod(incoming, 0o700)
        return self.path / INCOMING

    def drop_incoming(self, name: str) -> None:
        """Remove an archive that is no longer needed."""
        with contextlib.suppress(FileNotFoundError), self._incoming() as incoming:
            os.unlink(name, dir_fd=incoming)

    @contextlib.contextmanager
    def _incoming(self, *, make: bool = False) -> Iterator[int]:
        descriptor = directory.entered(self.folder, INCOMING, self.path / INCOMING, make=make)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _unpacked(self, stage: str, path: Path, incoming: str, sha256: str, limits: Limits) -> Manifest:
        with self._incoming() as folder, archive.open_archive(folder, incoming, self.path / INCOMING) as file:
            target = directory.entered(self.folder, stage, path, make=True)
            try:
                return archive.unpack(file, sha256, target, path, limits)
            finally:
                os.close(target)

    def _put_in_place(self, stage: str, release_id: str, manifest: Manifest) -> None:
        self._write_manifest(release_id, manifest)
        sync_file_system(self.folder)
        os.rename(stage, release_id, src_dir_fd=self.folder, dst_dir_fd=self.folder)
        os.fsync(self.folder)

    def _replace(self, stage: str, release_id: str, manifest: Manifest) -> None:
        """The manifest that is there says the same. A new one before its time would vouch for the damaged release."""
        sync_file_system(self.folder)
        exchange(self.folder, stage, release_id)
        os.fsync(self.folder)
        self._write_manifest(release_id, manifest)
        os.fsync(self.folder)

    def _write_manifest(self, release_id: str, manifest: Manifest) -> None:
        name = _manifest_name(release_id)
        temporary = f".stage-{release_id}.manifest"
        with contextlib.suppress(FileNotFoundError):
            os.unlink(temporary, dir_fd=self.folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with open(os.open(temporary, flags, 0o444, dir_fd=self.folder), "wb") as file:
            file.write(manifest.serialise())
            os.fchmod(file.fileno(), 0o444)
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, name, src_dir_fd=self.folder, dst_dir_fd=self.folder)

    def _written_ns(self, release_id: str) -> int:
        """When the manifest was written; the earlier of two times, since a restore or a touch makes one of them new."""
        state = os.lstat(_manifest_name(release_id), dir_fd=self.folder)
        return min(state.st_mtime_ns, state.st_ctime_ns)

    def _is_there(self, release_id: str) -> bool:
        try:
            os.lstat(release_id, dir_fd=self.folder)
        except FileNotFoundError:
            return False
        return True


def checked_id(release_id: str) -> str:
    """``release_id``. Raises HostError when it is not the name of a release."""
    if not ID.fullmatch(release_id):
        raise HostError(ascii(release_id), "is not a release id", "use letters, digits, . _ + and -")
    return release_id


def _manifest_name(release_id: str) -> str:
    return f".{release_id}.manifest.json"


def _is_idle(state: os.stat_result) -> bool:
    return time.time() - state.st_mtime > IDLE_SECONDS and (state.st_dev, state.st_ino) not in _open_files()


def _open_files() -> set[tuple[int, int]]:
    """Device and inode of every file that a process of this host has open."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/fd/*"):
        with contextlib.suppress(OSError):
            state = path.stat()
            found.add((state.st_dev, state.st_ino))
    return found
