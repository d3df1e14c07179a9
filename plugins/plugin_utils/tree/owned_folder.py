# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that are ours in one folder, as a store for ``reconcile``."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping

from ..reconcile import Plan, State
from . import directory
from .manifest import NAME, Manifest
from .refusal import RefusedTreeError
from .slot import Slot
from .structure import says_the_same
from .work_tree import WorkTree


class OwnedFolder:
    """``folder`` of a work tree, written for ``owner`` and for nobody else.

    Its files are text, by path inside the folder. Whatever stands beside the folder is never opened, and neither is
    what stands directly inside it under a name in ``skip``, such as the folder of a cluster's bootstrap.
    """

    def __init__(self, work_tree: WorkTree, folder: str, owner: str, skip: Collection[str] = ()) -> None:
        self.work_tree = work_tree
        self.folder = folder
        self.owner = owner
        self._names = directory.segments(folder)
        self._wanted: Mapping[str, str] = {}
        self._skip = frozenset(skip)
        for name in sorted(self._skip.intersection(self._names)):
            raise RefusedTreeError([f"{folder}: {name}/ belongs to somebody else; choose another path"])

    def plan(self, desired: Mapping[str, str], state: State) -> Plan[str]:
        """Files to write and to prune. Raises RefusedTreeError with every reason to leave the folder alone."""
        for path in desired:
            if path == NAME or directory.segments(path)[0] in self._skip:
                raise RefusedTreeError([f"{self.folder}/{path}: is not ours to write; rename the document"])
        self._wanted = desired if state is State.PRESENT else {}
        return Plan.between(os.path.join(self.work_tree.root, self.folder), self.files(), self._wanted)

    def apply(self, plan: Plan[str]) -> None:
        """The whole plan by one rename, or nothing. Raises RefusedTreeError when the folder changed since.

        While somebody else's folder stands inside, it is one rename for each name instead.
        """
        with Slot.locked(self.work_tree, self._names, self._skip) as slot:
            current = self.files()
            if any(current.get(change.name) != change.before for change in plan.changes):
                raise RefusedTreeError([f"{self.folder}: changed since it was planned; run again"])
            touched = {change.name for change in plan.changes}
            kept = current.keys() - touched
            written = {change.name: change.after for change in plan.changes if change.after is not None}
            if not kept and not written:
                slot.remove()
                return
            texts = {**{path: current[path] for path in kept}, **written}
            slot.replace({**written, NAME: Manifest.of(self.owner, texts).text()}, kept)

    def files(self) -> dict[str, str]:
        """Text by path of the files that are ours. Raises RefusedTreeError with every reason.

        A file that was edited and still says what is wanted counts as wanted: a comment is no drift.
        """
        reasons = [*self.work_tree.reasons(), *self._another_repository_is_on_the_way()]
        files: dict[str, str] = {}
        try:
            with directory.opened(self.work_tree.root) as root, directory.descended(root, self._names) as folder:
                reasons += self._read(folder, files)
        except FileNotFoundError:
            pass
        except RefusedTreeError as refused:
            reasons += refused.reasons
        if reasons:
            raise RefusedTreeError(reasons)
        return files

    def _another_repository_is_on_the_way(self) -> Iterator[str]:
        for count in range(1, len(self._names) + 1):
            path = os.path.join(self.work_tree.root, *self._names[:count])
            if os.path.lexists(os.path.join(path, ".git")):
                yield f"{path}: is another repository or a submodule; give the top of that one as the tree"

    def _read(self, folder: int, files: dict[str, str]) -> Iterator[str]:
        """Fills ``files``; yields why the folder must be left alone."""
        found = dict(directory.entries(folder, skip=self._skip))
        manifest = Manifest(self.owner, {})
        if stat.S_ISREG(found.get(NAME, 0)):
            manifest = Manifest.parse(self.folder, directory.read(folder, NAME))
        if manifest.owner != self.owner:
            yield f"{self.folder}: written for {manifest.owner!r}, not for {self.owner!r}; give each its own path"
        for path, mode in found.items():
            where = f"{self.folder}/{path}"
            if not stat.S_ISREG(mode):
                yield directory.in_the_way(where, mode)
            elif path == NAME:
                continue
            elif path not in manifest:
                yield f"{where}: is not ours (not in {NAME}); move it out of the folder"
            else:
                text = self._text(path, directory.read(folder, path), manifest)
                if text is None:
                    yield f"{where}: edited since it was written; put the change into the topology and delete the file"
                else:
                    files[path] = text

    def _text(self, path: str, content: bytes, manifest: Manifest) -> str | None:
        """What the file says; None when it was edited and says something that nobody wants."""
        if manifest.wrote(path, content):
            return content.decode()
        wanted = self._wanted.get(path)
        return wanted if wanted is not None and says_the_same(content, wanted) else None
