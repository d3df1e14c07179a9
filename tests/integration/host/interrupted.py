# SPDX-License-Identifier: GPL-3.0-or-later
"""A play to which something happens as soon as its trial is open."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from ansible_collections.fractalops.infra.tests.lab import site

from .conftest import Host


@dataclass(frozen=True)
class Ended:
    """How a play ended, what it said on one line, and how many seconds after what happened."""

    code: int
    words: str
    seconds: float


def is_on_trial(state: dict[str, Any]) -> bool:
    """The new units run, and are not yet healthy."""
    return bool(state["transaction"]) and state["transaction"]["stage"] == "trial"


def interrupted(
    command: list[str],
    host: Host,
    happens: Callable[[], AbstractContextManager[None]],
    within_seconds: float,
    environment: Mapping[str, str] | None = None,
    when: Callable[[dict[str, Any]], bool] = is_on_trial,
) -> Ended:
    """Play until ``when`` is true of the state of ``host``, let it happen, and wait for the end of the play."""

    def wait(play: subprocess.Popen[str]) -> None:
        host.wait_for(lambda state: when(state) or play.poll() is not None)

    return ended(command, wait, happens, within_seconds, environment)


def ended(
    command: list[str],
    wait: Callable[[subprocess.Popen[str]], object],
    happens: Callable[[], AbstractContextManager[None]],
    within_seconds: float,
    environment: Mapping[str, str] | None = None,
) -> Ended:
    """Play, ``wait`` for the moment, let it happen, and wait for the end of the play."""
    play = subprocess.Popen(
        command,
        cwd=site.PROJECT,
        env=site.clean_environment() | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with play:
        try:
            wait(play)
            assert play.poll() is None, play.communicate()[0]
            with happens():
                began = time.monotonic()
                said, _nothing = play.communicate(timeout=within_seconds)
                seconds = time.monotonic() - began
        finally:
            play.kill()
    return Ended(play.returncode, words(said), seconds)


def words(output: str) -> str:
    """What a play printed, on one line."""
    return " ".join(output.replace("\\n", " ").split())
