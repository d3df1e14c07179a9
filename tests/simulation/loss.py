# SPDX-License-Identifier: GPL-3.0-or-later
"""What a power cut takes of all that was not synced."""

from __future__ import annotations

import random

from ansible_collections.fractalops.infra.tests.simulation.inode import FILE, FOLDER, LINK, Change, Inode, apply


class Loss:
    """What of all that was not synced is lost: everything."""

    def content(self, inode: Inode) -> bytes:
        """Of a file."""
        return inode.synced_content or b""

    def changes(self, pending: list[Change]) -> list[Change]:
        """Those changes of a folder that are on the disk all the same, in their order."""
        return []


class Nothing(Loss):
    """The kernel had written all by itself."""

    def content(self, inode: Inode) -> bytes:
        """All of it."""
        return inode.content

    def changes(self, pending: list[Change]) -> list[Change]:
        """All of them."""
        return pending


class Some(Loss):
    """Whatever a seed says: any of the changed names, and of content all, nothing, a part, or zeros in its place."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def content(self, inode: Inode) -> bytes:
        """As it was, as it is, or torn."""
        kept, now = inode.synced_content or b"", inode.content
        if kept == now:
            return now
        return self._random.choice((kept, now, now[: len(now) // 2], bytes(len(now))))

    def changes(self, pending: list[Change]) -> list[Change]:
        """Any of them: nobody promises an order."""
        return [change for change in pending if self._random.random() < 0.5]


def loss(kept: str, seed: int = 0) -> Loss:
    """By its word: ``nothing`` unsynced is kept, ``all`` of it, or ``some``."""
    return {"nothing": Loss, "all": Nothing}[kept]() if kept != "some" else Some(seed)


def after_power_cut(inode: Inode, loss: Loss) -> Inode:
    """The tree that a disk holds when it is read again."""
    if inode.kind == LINK:
        return Inode(LINK, inode.mode, inode.modified, inode.content, synced_content=inode.content)
    if inode.kind == FILE:
        content = loss.content(inode)
        return Inode(FILE, inode.mode, inode.modified, content, synced_content=content)
    names = dict(inode.synced_names)
    for change in loss.changes(inode.pending):
        apply(names, change)
    kept = {name: after_power_cut(one, loss) for name, one in sorted(names.items())}
    return Inode(FOLDER, inode.mode, inode.modified, names=kept, synced_names=dict(kept))
