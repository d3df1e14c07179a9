# SPDX-License-Identifier: GPL-3.0-or-later
"""The one error of a host."""

from __future__ import annotations

import errno
import os


class HostError(Exception):
    """Something we can explain: ``where: what is wrong; what to do``. Never holds a secret."""

    def __init__(self, where: str, what: str, hint: str) -> None:
        self.where = where
        self.what = what
        self.hint = hint
        super().__init__(f"{where}: {what}; {hint}")


def told(error: OSError) -> str:
    """``path: what is wrong`` of an error of the operating system, and what is free there when it is full."""
    path = error.filename2 or error.filename
    words = f"{path or 'the host'}: {error.strerror}"
    if error.errno != errno.ENOSPC or not path:
        return words
    state = os.statvfs(os.path.dirname(os.fspath(path)))
    free = state.f_bavail * state.f_frsize
    return f"{words}, {free} bytes and {state.f_favail} inodes are free there"
