# SPDX-License-Identifier: GPL-3.0-or-later
"""The file that holds the controller's own credential."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable

from ..failure import CredentialsFileError

MAX_BYTES = 16 * 1024


def read_credentials(path: str) -> str:
    """The text of ``path``, if it is a regular file that only the current user can read.

    Opened once without following a link or waiting on a FIFO, then judged by its descriptor, so it cannot be
    swapped in between. Raises CredentialsFileError.
    """
    return _read(path, os.O_NOFOLLOW, objection, "the credentials file must be a regular file of yours with mode 0600")


def read_projected_token(path: str) -> str:
    """The text of a token that a kubelet keeps up to date.

    It is a link into a folder that the kubelet swaps, belongs to root and is open to every process of the container,
    so links are followed, and what counts is that nobody but root and we could have put it there.
    Source: Kubernetes documentation, "Projected volumes". Raises CredentialsFileError.
    """
    return _read(
        path, 0, _projected_objection, "the token file must be a regular file of root or yours that others cannot write"
    )


def _projected_objection(status: os.stat_result) -> str:
    """Why a file with this status is not a projected token, or nothing."""
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_uid not in (0, os.geteuid()):
        return f"owned by uid {status.st_uid}, not by root or the current user"
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        return f"mode is {stat.S_IMODE(status.st_mode):04o}"
    return ""


def objection(status: os.stat_result) -> str:
    """Why a file with this status is not safe, or nothing."""
    mode = stat.S_IMODE(status.st_mode)
    if not stat.S_ISREG(status.st_mode):
        return "not a regular file"
    if status.st_uid != os.geteuid():
        return f"owned by uid {status.st_uid}, not by the current user"
    if mode not in (0o600, 0o400):
        return f"mode is {mode:04o}"
    if status.st_nlink != 1:
        return f"has {status.st_nlink} links"
    return ""


def _read(path: str, flags: int, objection: Callable[[os.stat_result], str], rule: str) -> str:
    """The text of a file to which ``objection`` has none. ``rule`` is what to do otherwise."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | flags)
    except (OSError, ValueError) as error:
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "not a path"
    else:
        try:
            reason = objection(os.fstat(descriptor))
            content = b"" if reason else os.read(descriptor, MAX_BYTES + 1)
        finally:
            os.close(descriptor)
    if reason:
        raise CredentialsFileError(f"{path}: {reason}; {rule}")
    return _text(path, content)


def _text(path: str, content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise CredentialsFileError(f"{path}: larger than {MAX_BYTES} bytes; this is not a credential")
    try:
        text = content.decode("ascii").strip()
    except UnicodeDecodeError:
        text = ""
    if not text:
        raise CredentialsFileError(f"{path}: empty or not plain ASCII; write the credential again")
    return text
