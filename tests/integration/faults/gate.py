# SPDX-License-Identifier: GPL-3.0-or-later
"""A door between the controller and OpenBao: whoever knocks waits until it is opened, then is passed on."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

from ansible_collections.fractalops.infra.tests.lab import network


class Gate:
    """Listens on an address of the lab for one server; closed at first."""

    def __init__(self, server: tuple[str, int]) -> None:
        self._server = server
        self._listener = socket.create_server((str(network.GATEWAY.ip), 0))
        self._open, self._knocked = threading.Event(), threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def port(self) -> int:
        """Where to knock."""
        port: int = self._listener.getsockname()[1]
        return port

    def wait_for_a_knock(self, seconds: float = 30) -> None:
        """Return as soon as somebody waits at the door."""
        assert self._knocked.wait(seconds), "nobody asked OpenBao"

    def open(self) -> None:
        """Let in whoever waits, and everybody after."""
        self._open.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._open.set()
        self._listener.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):  # closed: nobody listens any more
            while True:
                visitor, _address = self._listener.accept()
                threading.Thread(target=self._let_in, args=(visitor,), daemon=True).start()

    def _let_in(self, visitor: socket.socket) -> None:
        self._knocked.set()
        self._open.wait()
        with contextlib.suppress(OSError), visitor, socket.create_connection(self._server) as server:
            answers = threading.Thread(target=_pass_on, args=(server, visitor), daemon=True)
            answers.start()
            _pass_on(visitor, server)
            answers.join()


def _pass_on(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while content := source.recv(65536):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)
