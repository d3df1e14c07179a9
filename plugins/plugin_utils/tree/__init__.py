# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders of ours inside the git work trees of operators.

Projections are pure and ``reconcile`` knows no medium, so what touches a work tree stands here. One folder is
wholly ours and is replaced by a single rename, which is what makes a killed run leave the tree as it was
before or as it is after; everything beside that folder is never opened. git itself is never run: its state is
read from its files, so no hook, filter or fsmonitor of the repository can execute.
"""

from __future__ import annotations

from .owned_folder import OwnedFolder
from .refusal import RefusedTreeError
from .work_tree import WorkTree

__all__ = ["OwnedFolder", "RefusedTreeError", "WorkTree"]
