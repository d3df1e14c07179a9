# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of Ansible that a fork belongs to."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import NamedTuple

#: ``struct ucred``: process, user and group of who connected, by the kernel. Source: unix(7), SO_PEERCRED.
_PEER = struct.Struct("3i")


class Run(NamedTuple):
    """The process that forks a worker for each host and task."""

    pid: int

    def handle(self) -> int:
        """A descriptor that becomes readable when the run ends; for a fork of it. Raises OSError when it has ended.

        Our parent is looked at once more: the number alone may be another process by now.
        """
        handle = os.pidfd_open(self.pid)
        if os.getppid() != self.pid:
            os.close(handle)
            raise ProcessLookupError
        return handle

    def has_forked(self, sock: socket.socket) -> bool:
        """Whether the other side is a worker of this run, and of our user."""
        pid, user, _group = _PEER.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        return user == os.geteuid() and _parent_of(pid) == self.pid


def _parent_of(pid: int) -> int:
    """The parent, or 0. The name of the program stands before it and may hold anything, also brackets."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])
