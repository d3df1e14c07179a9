# SPDX-License-Identifier: GPL-3.0-or-later
"""A server that keeps its connections."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Self


class Keeper:
    """Answers every request of every connection with ``answer``, and counts connections and their ends."""

    def __init__(self, answer: bytes) -> None:
        self.answer, self.connections, self.ended = answer, 0, 0
        self.is_free = threading.Event()
        self.is_free.set()
        self._open: list[socket.socket] = []

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def hang_up(self) -> None:
        """End every connection, as a server does with idle ones."""
        while self._open:
            with self._open.pop() as sock, suppress(OSError):  # the other side may have been first
                sock.shutdown(socket.SHUT_RDWR)

    def say(self, text: bytes) -> None:
        """To everybody, unasked."""
        for sock in self._open:
            sock.sendall(text)

    def _serve(self) -> None:
        while True:
            try:
                sock, _peer = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(sock)
            threading.Thread(target=self._answer, args=(sock,), daemon=True).start()

    def _answer(self, sock: socket.socket) -> None:
        try:
            while sock.recv(65536):
                self.is_free.wait(10)
                sock.sendall(self.answer)
        except OSError:
            pass
        self.ended += 1
