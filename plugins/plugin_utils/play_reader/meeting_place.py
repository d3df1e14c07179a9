# SPDX-License-Identifier: GPL-3.0-or-later
"""Where the forks of a run find its reader: a socket in a folder that only their user can enter."""

from __future__ import annotations

import os
import socket
import stat
from contextlib import suppress
from types import TracebackType
from typing import Self

NAME = "fractalops-reader"


class UnfitPlaceError(OSError):
    """The folder is not ours alone."""


class MeetingPlace:
    """An open folder. Its socket is reached by the descriptor: a path in sun_path ends at 108 bytes."""

    def __init__(self, folder: str) -> None:
        """Raises OSError."""
        self.descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        status = os.fstat(self.descriptor)
        if status.st_uid != os.geteuid() or stat.S_IMODE(status.st_mode) & 0o077:
            self.close()
            raise UnfitPlaceError

    def connected(self, timeout_seconds: float) -> socket.socket:
        """A socket to whoever listens. Raises FileNotFoundError when nobody ever did, else OSError."""
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            sock.settimeout(timeout_seconds)
            sock.connect(self._path(NAME))
        except OSError:
            sock.close()
            raise
        return sock

    def listening(self) -> socket.socket | None:
        """A socket that listens, or None when another fork was first. Raises OSError.

        It gets its name when it listens already, so nobody finds one that does not.
        """
        sock, unfinished = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM), f"{NAME}.{os.getpid()}"
        try:
            sock.bind(self._path(unfinished))
            sock.listen(socket.SOMAXCONN)
            os.link(unfinished, NAME, src_dir_fd=self.descriptor, dst_dir_fd=self.descriptor, follow_symlinks=False)
        except FileExistsError:
            sock.close()
            return None
        except OSError:
            sock.close()
            raise
        finally:
            self._remove(unfinished)
        return sock

    def clear(self) -> None:
        """Take the socket away."""
        self._remove(NAME)

    def _remove(self, name: str) -> None:
        with suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self.descriptor)

    def _path(self, name: str) -> str:
        return f"/proc/self/fd/{self.descriptor}/{name}"

    def close(self) -> None:
        """Close the folder."""
        os.close(self.descriptor)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
