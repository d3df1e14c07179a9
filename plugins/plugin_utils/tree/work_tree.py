# SPDX-License-Identifier: GPL-3.0-or-later
"""A git work tree, its state read from git's own files.

Source: gitrepository-layout(5) for the names in the git directory.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass

from .refusal import RefusedTreeError

_OPERATIONS = {
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase or git am",
    "MERGE_HEAD": "a merge",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "sequencer": "a cherry-pick or revert of several commits",
    "BISECT_LOG": "a bisect",
}
_BRANCH = "ref: refs/heads/"
#: What HEAD says in a repository whose refs are a reftable: the branch cannot be read from files.
_REFTABLE_HEAD = "ref: refs/heads/.invalid"


@dataclass(frozen=True, slots=True)
class WorkTree:
    """The top of a work tree and its git directory, both absolute paths."""

    root: str
    git_directory: str

    @classmethod
    def at(cls, root: str) -> WorkTree:
        """The work tree whose top is ``root``. Raises RefusedTreeError when there is none."""
        if not os.path.isabs(root) or os.path.normpath(root) != root:
            raise RefusedTreeError([f"{root}: not an absolute path without dots; give the top of a git work tree"])
        if os.path.islink(root):
            raise RefusedTreeError([f"{root}: is a symbolic link; give the directory it points to"])
        git_directory = _git_directory(root)
        if git_directory is None or not os.path.isfile(os.path.join(git_directory, "HEAD")):
            raise RefusedTreeError([f"{root}: not the top of a git work tree; clone the repository there first"])
        return cls(root, git_directory)

    def reasons(self) -> Iterator[str]:
        """Why nobody should write here now."""
        yield from self._head_is_no_branch()
        yield from self._index_is_locked()
        yield from self._operation_is_in_progress()

    def _head_is_no_branch(self) -> Iterator[str]:
        head = _first_line(os.path.join(self.git_directory, "HEAD"))
        if head == _REFTABLE_HEAD:
            yield f"{self.root}: its refs are a reftable, so its branch cannot be read; use a clone with ref files"
        elif not head.startswith(_BRANCH):
            yield f"{self.root}: HEAD is detached; check out the branch the cluster is driven from"

    def _index_is_locked(self) -> Iterator[str]:
        lock = os.path.join(self.git_directory, "index.lock")
        if os.path.lexists(lock):
            yield f"{lock}: another git command is running; wait for it, or remove the file if it was killed"

    def _operation_is_in_progress(self) -> Iterator[str]:
        for name, operation in _OPERATIONS.items():
            if os.path.lexists(os.path.join(self.git_directory, name)):
                yield f"{self.root}: {operation} is in progress ({name}); finish or abort it"


def _git_directory(root: str) -> str | None:
    """Where ``root/.git`` is or points to (linked work trees and submodules have a file there)."""
    dot_git = os.path.join(root, ".git")
    try:
        mode = os.lstat(dot_git).st_mode
    except OSError:
        return None
    if stat.S_ISDIR(mode):
        return dot_git
    line = _first_line(dot_git) if stat.S_ISREG(mode) else ""
    if not line.startswith("gitdir: "):
        return None
    return os.path.normpath(os.path.join(root, line.removeprefix("gitdir: ")))


def _first_line(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.readline().rstrip("\r\n")
