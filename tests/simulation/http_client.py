# SPDX-License-Identifier: GPL-3.0-or-later
"""The wire between a health check and a simulated service."""

from __future__ import annotations

import contextlib
import http.client
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ansible_collections.fractalops.infra.tests.simulation.process import current


class Threading:
    """``threading`` of a health check: an answer comes at once or not at all, so nobody loses patience."""

    Event = threading.Event

    class Timer:
        """Never due."""

        def __init__(self, *_arguments: Any) -> None: ...

        def start(self) -> None:
            """Nothing runs."""

        def cancel(self) -> None:
            """Nothing ran."""


@dataclass
class Response:
    """What a service says."""

    status: int
    body: bytes

    def read(self, length: int) -> bytes:
        """The first bytes."""
        return self.body[:length]


class Connection:
    """To a port of the host."""

    sock = None

    def __init__(self, netloc: str, timeout: float) -> None:
        self._port = int(netloc.rpartition(":")[2])

    def connect(self) -> None:
        """The wire is always there."""

    def request(self, method: str, target: str, headers: dict[str, str]) -> None:
        """Raises ConnectionRefusedError where nothing listens."""
        process = current()
        assert process is not None
        process.read()
        answer = process.world.answer(self._port)
        if answer is None:
            raise ConnectionRefusedError(111, "Connection refused")
        self._answer = answer

    def getresponse(self) -> Response:
        """Of what was asked."""
        return Response(200, self._answer.encode())

    def close(self) -> None:
        """Nothing to do."""


@contextlib.contextmanager
def in_place() -> Iterator[None]:
    """From here to the end nobody of this interpreter asks a real server by ``http.client``."""
    real = http.client.HTTPConnection
    http.client.HTTPConnection = Connection  # type: ignore[assignment,misc]
    try:
        yield
    finally:
        http.client.HTTPConnection = real  # type: ignore[misc]
