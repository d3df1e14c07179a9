# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of Ansible that a fork belongs to."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import NamedTuple

#: ``struct ucred``: process, user and group of who connected, or of who listens. Source: unix(7), SO_PEERCRED.
_CREDENTIALS = struct.Struct("3i")


class Run(NamedTuple):
    """The process that forks a worker for each host and task."""

    pid: int

    def has_forked(self, sock: socket.socket) -> bool:
        """Whether the other side is a worker of this run, and of our user."""
        pid, user = peer(sock)
        return user == os.geteuid() and _parent_of(pid) == self.pid


def peer(sock: socket.socket) -> tuple[int, int]:
    """Process and user at the other side, by the kernel."""
    pid, user, _group = _CREDENTIALS.unpack(sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size))
    return pid, user


def _parent_of(pid: int) -> int:
    """The parent, or 0. The name of the program stands before it and may hold anything, also brackets."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return 0
    return int(status.rpartition(")")[2].split()[1])
