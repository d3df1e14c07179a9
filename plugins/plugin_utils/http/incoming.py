# SPDX-License-Identifier: GPL-3.0-or-later
"""What a socket sends for one answer, bounded in time and size."""

from __future__ import annotations

import socket

from .deadline import Deadline

#: OpenBao, the most talkative, refuses entries above 1 MiB; twice that leaves room for JSON escapes of ordinary text.
MAX_ANSWER_BYTES = 2 * 1024 * 1024
_MOST_AT_ONCE = 64 * 1024


class AnswerTooLargeError(OSError):
    """More bytes than any answer we wait for has."""


class CutShortError(OSError):
    """The connection ended in the middle of an answer."""


class Incoming:
    """Bytes of one answer after the other. All of it raises OSError, at the deadline TimeoutError."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline, self._left = sock, deadline, MAX_ANSWER_BYTES
        self._buffer = bytearray()

    def begin(self) -> None:
        """Another answer: the bound on its size counts anew."""
        self._left = MAX_ANSWER_BYTES - len(self._buffer)

    @property
    def is_empty(self) -> bool:
        """Whether nothing has come that was not taken."""
        return not self._buffer

    def through(self, mark: bytes) -> bytes:
        """Everything up to and with ``mark``."""
        start = 0
        while (found := self._buffer.find(mark, start)) < 0:
            start = max(0, len(self._buffer) - len(mark) + 1)
            self._more()
        return self._taken(found + len(mark))

    def exactly(self, size: int) -> bytes:
        """``size`` bytes."""
        if size > MAX_ANSWER_BYTES:
            raise AnswerTooLargeError
        while len(self._buffer) < size:
            self._more()
        return self._taken(size)

    def rest(self) -> bytes:
        """Everything until the other side ends the connection."""
        while self._received():
            pass
        return self._taken(len(self._buffer))

    def _taken(self, size: int) -> bytes:
        content = bytes(self._buffer[:size])
        del self._buffer[:size]
        return content

    def _more(self) -> None:
        if not self._received():
            raise CutShortError

    def _received(self) -> bool:
        """Whether anything came before the end. Each wait gets what is left of the deadline."""
        self._sock.settimeout(self._deadline.remaining())
        part = self._sock.recv(_MOST_AT_ONCE)
        self._left -= len(part)
        if self._left < 0:
            raise AnswerTooLargeError
        self._buffer += part
        return bool(part)
