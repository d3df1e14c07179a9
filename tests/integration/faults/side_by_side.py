# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults made on several hosts at once: most of their time is spent waiting for guards."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

import pytest

Host = TypeVar("Host")
Job = TypeVar("Job", bound=Hashable)
Fate = TypeVar("Fate")


def asked(request: pytest.FixtureRequest, name: str, kind: type[Job]) -> list[tuple[Job, int]]:
    """What the tests of this session take as ``name``, and which repetition of it."""
    calls = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    return [(params[name], params["repetition"]) for params in calls if isinstance(params.get(name), kind)]


def side_by_side(
    hosts: Iterable[Host], jobs: Iterable[Job], suffer: Callable[[Host, Job], Fate]
) -> dict[Job, Fate | Exception]:
    """What became of every job; each host takes the next one as soon as it is done with its last.

    An error belongs to its job and is raised by whoever asks for that.
    """
    waiting: queue.SimpleQueue[Job] = queue.SimpleQueue()
    for job in jobs:
        waiting.put(job)
    fates: dict[Job, Fate | Exception] = {}

    def work(host: Host) -> None:
        while True:
            try:
                job = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                fates[job] = suffer(host, job)
            except (Exception, AssertionError) as error:  # noqa: BLE001  raised by the test that asks
                fates[job] = error

    threads = [threading.Thread(target=work, args=(host,)) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fates


def of(fates: dict[Job, Fate | Exception], job: Job) -> Fate:
    """What became of one job. Raises what went wrong with it."""
    fate = fates[job]
    if isinstance(fate, Exception):
        raise fate
    return fate
