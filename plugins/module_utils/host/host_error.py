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


class BusyError(HostError):
    """Another run is at work: nothing is wrong, and in ``wait_seconds`` the same may be asked again."""

    def __init__(self, where: str, what: str, hint: str, wait_seconds: float) -> None:
        self.wait_seconds = wait_seconds
        super().__init__(where, what, hint)


#: What is to be done about an error of the operating system, where it is not about the disk.
_WAYS_OUT = {
    errno.EACCES: "log in as root, or set become: true",
    errno.EPERM: "log in as root, or set become: true; look for an immutable file: lsattr",
    errno.EROFS: "mount its file system to be written to, or repair the disk",
    errno.EMFILE: "raise the limit of open files",
    errno.ENFILE: "raise the limit of open files",
    errno.ENOMEM: "give the host more memory",
}


def way_out(error: OSError) -> str:
    """What to do about ``error``."""
    return _WAYS_OUT.get(error.errno or 0, "make room or repair the disk")


def told(error: OSError) -> str:
    """``path: what is wrong`` of an error of the operating system, and what is free there when it is full."""
    path = error.filename2 or error.filename
    words = f"{path or 'the host'}: {error.strerror}"
    if error.errno != errno.ENOSPC or not path:
        return words
    state = os.statvfs(os.path.dirname(os.fspath(path)))
    free = state.f_bavail * state.f_frsize
    return f"{words}, {free} bytes and {state.f_favail} inodes are free there"
