# SPDX-License-Identifier: GPL-3.0-or-later
"""Of processes that would change a file, one at a time; the file is replaced by a rename, so its name may move on."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from ..failure import CredentialsFileError

#: Between two looks whether the other is done.
LOOK_SECONDS = 0.02


@contextmanager
def turn(path: str, seconds: float) -> Iterator[None]:
    """Nobody else has its turn at the file that is called ``path`` now; ends with the process at the latest.

    Raises CredentialsFileError when there is no such file, or when another has its turn for ``seconds``.
    """
    give_up = time.monotonic() + seconds
    while True:
        descriptor = _opened(path)
        try:
            _wait(descriptor, path, seconds, give_up)
            if _is_still(descriptor, path):
                yield
                return
        finally:
            os.close(descriptor)


def _opened(path: str) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError as error:
        raise CredentialsFileError(f"{path}: {error.strerror}; write the credential again") from None


def _wait(descriptor: int, path: str, seconds: float, give_up: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                break
            time.sleep(LOOK_SECONDS)
        else:
            return
    raise CredentialsFileError(f"{path}: another process has been changing it for {seconds:g} s; end that one")


def _is_still(descriptor: int, path: str) -> bool:
    """Whether the file that was waited for is the one of this name."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except OSError:
        return False
