# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the next content of an owned folder is built, out of sight, before it takes its place.

The slot is in the git directory: it is on the same file system as the work tree, and what a killed run leaves
there is not seen by ``git status``, by ``git add`` or by anything that reads the tree. The next run removes it.
"""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from . import directory, manifest
from .exchange import exchange, refused
from .refusal import RefusedTreeError
from .work_tree import WorkTree

_HOME = "fractalops"
_ANNOUNCED = ".fractalops.coming.json"


@dataclass(frozen=True, slots=True)
class Slot:
    """Descriptors of the slots' home and of the work tree, and the names of the folder to replace.

    What is directly inside the folder under a name in ``foreign`` stays where it is.
    """

    home: int
    name: str
    root: int
    folder: tuple[str, ...]
    foreign: frozenset[str] = frozenset()

    @classmethod
    @contextlib.contextmanager
    def locked(
        cls, work_tree: WorkTree, folder: tuple[str, ...], foreign: frozenset[str] = frozenset()
    ) -> Iterator[Slot]:
        """The empty slot of ``folder``, for one run at a time. Raises RefusedTreeError when another run has it."""
        name = hashlib.sha256("/".join(folder).encode()).hexdigest()[:16]
        with contextlib.ExitStack() as stack:
            git_directory = stack.enter_context(directory.opened(work_tree.git_directory))
            home = stack.enter_context(directory.descended(git_directory, (_HOME,), make=True))
            root = stack.enter_context(directory.opened(work_tree.root))
            stack.enter_context(_lock(home, f"{name}.lock", "/".join(folder)))
            slot = cls(home, name, root, folder, foreign)
            slot.clear()
            yield slot

    def replace(self, files: Mapping[str, str], kept: Collection[str]) -> None:
        """The folder becomes ``files`` (text by path) and those of its own that are ``kept``, in one step."""
        present = self._present()
        missing = self.folder[present:]
        self._build(missing[1:], files, kept)
        if not missing and self._is_shared():
            self._replace_names()
            return
        with directory.descended(self.root, self.folder[: present if missing else present - 1]) as parent:
            if missing:
                _rename(self.home, self.name, parent, missing[0])
            else:
                exchange(self.home, self.name, parent, self.folder[-1])
            os.fsync(parent)
        self.clear()

    def remove(self) -> None:
        """The folder is gone, in one step."""
        if self._is_shared():
            with directory.descended(self.home, (self.name,), make=True):
                self._replace_names()
            return
        with directory.descended(self.root, self.folder[:-1]) as parent:
            _rename(parent, self.folder[-1], self.home, self.name)
            os.fsync(parent)
        self.clear()

    def clear(self) -> None:
        """Nothing of an earlier or finished run is left in the slot."""
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.name, dir_fd=self.home)

    def _is_shared(self) -> bool:
        """Something of others stands inside the folder, so that the folder cannot be exchanged as a whole."""
        with directory.descended(self.root, self.folder) as folder:
            return not self.foreign.isdisjoint(os.listdir(folder))

    def _replace_names(self) -> None:
        """One name after the other, the manifest first and last: a killed process leaves files both know."""
        with (
            directory.descended(self.home, (self.name,)) as new,
            directory.descended(self.root, self.folder) as folder,
        ):
            _announce(new, folder)
            coming, there = set(os.listdir(new)), set(os.listdir(folder)) - self.foreign
            for name in [*sorted((coming | there) - {manifest.NAME}), manifest.NAME]:
                _trade(new, folder, name, is_coming=name in coming, is_there=name in there)
            os.fsync(folder)
        self.clear()

    def _present(self) -> int:
        """How many leading names of the folder exist."""
        for count in range(len(self.folder), 0, -1):
            with contextlib.suppress(FileNotFoundError), directory.descended(self.root, self.folder[:count]):
                return count
        return 0

    def _build(self, below: tuple[str, ...], files: Mapping[str, str], kept: Collection[str]) -> None:
        """New content in the slot, on disk; ``below`` are parents that do not exist in the work tree yet."""
        with directory.descended(self.home, (self.name, *below), make=True) as new:
            for path, text in sorted(files.items()):
                directory.write(new, path, text.encode())
            if kept:
                with directory.descended(self.root, self.folder) as old:
                    for path in sorted(kept):
                        directory.link(old, new, path)
        with directory.descended(self.home, (self.name,)) as top:
            directory.flush(top)


def _rename(parent: int, name: str, new_parent: int, new_name: str) -> None:
    try:
        os.rename(name, new_name, src_dir_fd=parent, dst_dir_fd=new_parent)
    except OSError as error:
        raise refused(name, error.errno or 0) from None


def _announce(new: int, folder: int) -> None:
    """The manifest in ``folder`` says what is coming, before anything of it is there."""
    known = _manifest(folder)
    announced = dataclasses.replace(known, coming=_manifest(new).digests)
    directory.write(new, _ANNOUNCED, announced.text().encode())
    _rename(new, _ANNOUNCED, folder, manifest.NAME)
    os.fsync(folder)


def _manifest(folder: int) -> manifest.Manifest:
    try:
        return manifest.Manifest.parse("", directory.read(folder, manifest.NAME))
    except FileNotFoundError:
        return manifest.Manifest("", {})


def _trade(new: int, folder: int, name: str, *, is_coming: bool, is_there: bool) -> None:
    """``name`` of ``folder`` becomes what it is in ``new``, in one step; absent there, it leaves."""
    if is_coming and is_there:
        exchange(new, name, folder, name)
    elif is_coming:
        _rename(new, name, folder, name)
    else:
        _rename(folder, name, new, name)


@contextlib.contextmanager
def _lock(home: int, name: str, folder: str) -> Iterator[None]:
    """Held by the kernel until this process ends, however it ends."""
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(name, flags, 0o644, dir_fd=home), "rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedTreeError([f"{folder}: another run is writing it; wait for that run"]) from None
        yield
