# SPDX-License-Identifier: GPL-3.0-or-later
"""A fork asks the reader of its run; the standard library only, so that a fork imports next to nothing."""

from __future__ import annotations

import multiprocessing
import os
import socket
from typing import Any

from ..errors import InfraError
from . import frame
from .meeting_place import MeetingPlace
from .question import Question, Row
from .run import Run

#: For the start of the reader, and for what may follow the deadline of a question.
GRACE_SECONDS = 15.0


class ReaderGoneError(InfraError):
    """There was a reader and it has ended, or it broke over this question; the fork reads for itself."""

    def __init__(self) -> None:
        super().__init__("the process that reads secrets for this run has ended; each fork reads for itself now")


class SilentReaderError(InfraError):
    """The reader is there and says nothing."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the process that reads secrets for this run gave no answer in {seconds:g} s; run again")


def ask(question: Question, folder: str, *, may_start: bool) -> list[Row] | None:
    """The rows the reader of our run gave; None when there is none, so the fork reads for itself.

    ``folder`` is private to the run. ``may_start`` says whether a reader is worth its start. Raises ReaderGoneError,
    SilentReaderError, and InfraError with what the reader could not read.
    """
    run = _run_of_this_fork()
    if run is None or not question.is_inline:
        return None
    sock = _connected(folder, run, question, may_start=may_start)
    if sock is None:
        return None
    with sock:
        return _rows(sock, question)


def _run_of_this_fork() -> Run | None:
    """None when we are no worker, when our run was killed, and on a system that cannot tell when a run ends."""
    parent = multiprocessing.parent_process()
    if parent is None or parent.pid is None or parent.pid != os.getppid():
        return None
    return Run(parent.pid) if hasattr(os, "pidfd_open") and hasattr(socket, "SO_PEERCRED") else None


def _connected(folder: str, run: Run, question: Question, *, may_start: bool) -> socket.socket | None:
    """To the reader, started if need be; None when there is none."""
    timeout = question.deadline_seconds + GRACE_SECONDS
    try:
        place = MeetingPlace(folder)
    except OSError:
        return None
    with place:
        try:
            return place.connected(timeout)
        except FileNotFoundError:
            pass
        except OSError:
            raise ReaderGoneError from None
        return _started(place, run, timeout) if may_start else None


def _started(place: MeetingPlace, run: Run, timeout: float) -> socket.socket | None:
    from .launch import launch

    try:
        launch(place, run)
        return place.connected(timeout)
    except OSError:
        return None


def _rows(sock: socket.socket, question: Question) -> list[Row]:
    try:
        frame.send(sock, question._asdict())
        answer = frame.receive(sock)
    except TimeoutError:
        raise SilentReaderError(question.deadline_seconds + GRACE_SECONDS) from None
    except OSError:
        raise ReaderGoneError from None
    return _checked(answer, question)


def _checked(answer: Any, question: Question) -> list[Row]:
    """One row per ref, or the failure that was told."""
    if isinstance(answer, dict) and isinstance(answer.get("failure"), str):
        raise InfraError(answer["failure"])
    rows = answer.get("rows") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or len(rows) != len(question.refs):
        raise ReaderGoneError
    return [(str(pinned), None if value is None else str(value)) for pinned, value in rows]
