# SPDX-License-Identifier: GPL-3.0-or-later
"""An append-only log in which each line carries the digest of the line before: the log of break-glass.

It shows that a line was changed, removed, moved or added afterwards. The owner of the file can still rewrite all of
it, or cut off its end together with the head file beside it; that is seen only by comparing with a head kept
elsewhere (``expected_head``), which is why host and controller record each other's.
"""

from __future__ import annotations

import fcntl
import os
import stat
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Optional

from ..host.host_error import HostError
from ..host.store.durable import make_folder, sync_folder, write_file
from .entry import Entry, Record
from .verdict import EMPTY, REMOVED, TRUNCATED, Break, Head, Verdict, judged

#: Where the chain of a host lies.
HOST_CHAIN = "/etc/fractalops/break-glass.jsonl"
_HINT = "keep the file as it is for the investigation, see: ansible-doc fractalops.infra.break_glass_log_info"


@dataclass(frozen=True)
class Appended:
    """A line that is on disk."""

    entry: Entry
    head: Head
    """Of the chain now; to be recorded on the other side."""
    breaks: tuple[Break, ...]
    """What was wrong with the chain before. The line was appended all the same, and says so."""


def append(path: Path, record: Record) -> Appended:
    """Add ``record``, durably; one writer at a time. The record never holds a secret.

    A broken chain does not stop it: at three in the morning the repair matters more. The line then says what was
    broken, and ``breaks`` reports it to the reader.
    Raises HostError when the file cannot be written, or the record is no JSON.
    """
    try:
        make_folder(path.parent, 0o700)
        return _append(path, record)
    except OSError as error:
        raise HostError(str(path), f"cannot be appended to: {error.strerror}", "correct that first") from None
    except (TypeError, ValueError):
        raise HostError(str(path), "the record is not plain JSON", "report it") from None


def verify(path: Path, expected_head: Optional[Head] = None) -> Verdict:  # noqa: UP045  Python 3.9
    """Whether the chain holds, and where it does not; a chain that is not there yet holds.

    ``expected_head`` is a head that was recorded elsewhere. Raises HostError when the file cannot be read.
    """
    try:
        with open(str(path), "rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)  # so that no half-written line is taken for a truncated one
            return _judged(path, stream.read(), expected_head)
    except FileNotFoundError:
        return _judged(path, b"", expected_head)
    except OSError as error:
        raise HostError(str(path), f"cannot be read: {error.strerror}", "correct that first") from None


def head_file(path: Path) -> Path:
    """Where the head lies: beside the chain."""
    return path.with_name(path.name + ".head")


def _append(path: Path, record: Record) -> Appended:
    is_new = not path.exists()
    flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    with os.fdopen(os.open(str(path), flags, 0o600), "r+b", buffering=0) as stream:
        _refuse_others(path, os.fstat(stream.fileno()))
        fcntl.flock(stream, fcntl.LOCK_EX)
        verdict = _judged(path, stream.readall(), None)
        entry = _next(verdict, record)
        _write(stream.fileno(), _fresh_line(verdict) + entry.line() + b"\n")
        if is_new:
            sync_folder(path.parent)
        head = Head(entry.seq, entry.sha256)
        write_file(head_file(path), str(head).encode() + b"\n", 0o600)
    return Appended(entry, head, verdict.breaks)


def _next(verdict: Verdict, record: Record) -> Entry:
    broken = "; ".join(map(str, verdict.breaks[:3])) or None
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    return Entry(verdict.head.seq + 1, now, verdict.head.sha256, record, broken).sealed()


def _fresh_line(verdict: Verdict) -> bytes:
    """Ends a line that was cut, so that it stays one of its own."""
    return b"\n" if any(one.kind == TRUNCATED for one in verdict.breaks) else b""


def _write(descriptor: int, content: bytes) -> None:
    while content:
        content = content[os.write(descriptor, content) :]
    os.fsync(descriptor)


def _refuse_others(path: Path, status: os.stat_result) -> None:
    """Only a regular file of ours, which nobody else can write."""
    if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
        raise HostError(str(path), "not a regular file of the current user with mode 0600", _HINT)


def _judged(path: Path, content: bytes, expected: Optional[Head]) -> Verdict:  # noqa: UP045  Python 3.9
    beside = _head_beside(path)
    anchors = {"the head file": beside or EMPTY, "the head given": expected or EMPTY}
    verdict = judged(content, anchors)
    breaks = verdict.breaks
    if content and beside is None:
        breaks += (Break(len(verdict.entries) + 1, REMOVED, "the head file is missing, so a cut end would not show"),)
    # Whatever is lost, numbers are not given out twice: they go on after the highest anybody remembers.
    head = max([verdict.head, *anchors.values()], key=lambda one: one.seq)
    return Verdict(verdict.entries, breaks, head)


def _head_beside(path: Path) -> Optional[Head]:  # noqa: UP045  Python 3.9
    try:
        return Head.of(head_file(path).read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError):
        return None
