# SPDX-License-Identifier: GPL-3.0-or-later
"""The reader at work: it answers forks of its run, and ends when the run ends."""

from __future__ import annotations

import ctypes
import os
import select
import socket
import threading
from contextlib import suppress
from typing import Any

from ...module_utils.host import core_dump
from ..errors import InfraError
from . import frame
from .idle_clients import IdleClients
from .meeting_place import NAME
from .question import Question
from .run import Run

_PR_SET_DUMPABLE = 4  # prctl(2)
#: What a fork that connected may take to ask; it does so at once.
QUESTION_SECONDS = 10.0


def serve(listening: int, alive: int, folder: int, pid: int) -> None:
    """Answer at socket ``listening`` until the process of descriptor ``alive`` has ended; never returns."""
    keep_memory_private()
    clients, run = IdleClients(), Run(pid)
    with socket.socket(fileno=listening) as sock:
        while _is_asked(listening, alive):
            connection, _address = sock.accept()
            threading.Thread(target=_answer, args=(connection, clients, run), daemon=True).start()
    clients.close()
    _leave(folder)


def keep_memory_private() -> None:
    """No core file, and no debugger of our own user: values pass through here."""
    core_dump.forbid()
    ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _is_asked(listening: int, alive: int) -> bool:
    """Wait; True for a question, False when the run is over."""
    poll = select.poll()
    for descriptor in (listening, alive):
        poll.register(descriptor, select.POLLIN)
    ready = {descriptor for descriptor, _event in poll.poll()}
    return alive not in ready


def _leave(folder: int) -> None:
    """At once: nobody waits for an answer any more, and inline auth leaves nothing to revoke."""
    with suppress(OSError):  # the run has cleared its folder
        os.unlink(NAME, dir_fd=folder)
    os._exit(0)


def _answer(connection: socket.socket, clients: IdleClients, run: Run) -> None:
    """One question, one answer. Who is no fork of the run gets none; one that goes wrong is asked again by its fork."""
    with connection:
        if not run.has_forked(connection):
            return
        connection.settimeout(QUESTION_SECONDS)
        question = Question(**frame.receive(connection))
        connection.settimeout(None)
        frame.send(connection, _answered(question, clients))


def _answered(question: Question, clients: IdleClients) -> dict[str, Any]:
    try:
        return {"rows": clients.rows(question)}
    except InfraError as failure:
        return {"failure": str(failure)}
