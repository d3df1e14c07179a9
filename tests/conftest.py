# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets plain pytest import the collection by its real name, through Ansible's own loader."""

from __future__ import annotations

import os
from pathlib import Path

COLLECTION = Path("ansible_collections", "fractalops", "infra")
ROOT = Path(__file__).resolve().parents[1]
TREES = ROOT / ".cache" / "collections"


def link_tree() -> None:
    """The symlink under which a clone of any name is the collection."""
    link = TREES / COLLECTION
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink():
        link.symlink_to(os.path.relpath(ROOT, link.parent), target_is_directory=True)


def load_collections() -> None:
    """From here on ``ansible_collections.…`` imports, and plugins load by their full name."""
    from ansible.plugins.loader import init_plugin_loader  # noqa: PLC0415  hidden by ansible-test for module_utils

    init_plugin_loader([str(TREES)])


# At import, not in a hook: the conftest files of the folders below import the collection.
# Under ansible-test the tree is real and its own loader is at work.
if ROOT.parts[-3:] != COLLECTION.parts:
    link_tree()
    load_collections()
