# SPDX-License-Identifier: GPL-3.0-or-later
"""The start of a reader: a process of its own that has nothing of the fork which starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

from .meeting_place import MeetingPlace
from .run import Run

_PROGRAM = Path(__file__).with_name("process.py")
#: Held until this fork ends: Python would wait for a process whose last reference is gone.
_STARTED: list[subprocess.Popen[bytes]] = []


def launch(place: MeetingPlace, run: Run) -> None:
    """A reader that listens at ``place`` until ``run`` ends, unless there is one. Raises OSError.

    A fresh interpreter, not a fork: no variable, vault password or open file of the play comes along. It starts
    without ``site``, on the search path of this process.
    """
    listening = place.listening()
    if listening is None:
        return
    with listening:
        try:
            _STARTED.append(_started(listening, place, run))
        except OSError:
            place.clear()
            raise


def _started(listening: socket.socket, place: MeetingPlace, run: Run) -> subprocess.Popen[bytes]:
    alive = run.handle()
    descriptors = (listening.fileno(), alive, place.descriptor)
    arguments = [*map(str, descriptors), str(run.pid), *filter(None, sys.path)]
    try:
        return subprocess.Popen(
            [sys.executable or "", "-I", "-S", str(_PROGRAM), *arguments],
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    finally:
        os.close(alive)
