# SPDX-License-Identifier: GPL-3.0-or-later
"""Two directories change places in one step, or not at all.

Source: rename(2), RENAME_EXCHANGE. Python has no wrapper for it.
"""

from __future__ import annotations

import ctypes
import errno
import os

from .refusal import RefusedTreeError

_RENAME_EXCHANGE = 2
_HINTS = {
    errno.EXDEV: "the git directory is on another file system than the work tree; use a clone that has both on one",
    errno.EINVAL: "its file system cannot exchange two directories; use a local one such as ext4, xfs, btrfs or tmpfs",
    errno.ENOSYS: "this kernel cannot exchange two directories; use Linux 3.15 or newer",
}


def exchange(parent: int, name: str, other_parent: int, other_name: str) -> None:
    """``name`` and ``other_name``, each below a directory descriptor, trade places.

    Raises RefusedTreeError when the file system cannot; then nothing was changed.
    """
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        raise refused(other_name, errno.ENOSYS)
    if renameat2(parent, os.fsencode(name), other_parent, os.fsencode(other_name), _RENAME_EXCHANGE) != 0:
        raise refused(other_name, ctypes.get_errno())


def refused(name: str, code: int) -> RefusedTreeError:
    """The refusal for an error number of a rename."""
    hint = _HINTS.get(code, "see the error and run again")
    return RefusedTreeError([f"{name}: cannot be put in place ({os.strerror(code)}); {hint}"])
