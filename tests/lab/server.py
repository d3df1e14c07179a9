# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenBao server process: a daemon that outlives the command which started it."""

from __future__ import annotations

import os
import shutil
import signal
import time
from pathlib import Path

from .command import run
from .errors import LabError
from .place import SERVER, VENV

PID = SERVER / "pid"
CONFIG = SERVER / "config.hcl"
STORAGE = SERVER / "storage"
LOG = SERVER / "server.log"


def start(config: str) -> None:
    """A new server with empty storage; the one before is stopped."""
    stop()
    shutil.rmtree(SERVER, ignore_errors=True)
    STORAGE.mkdir(parents=True, mode=0o700)
    SERVER.chmod(0o700)
    CONFIG.write_text(config)
    resume()


def resume() -> None:
    """Start the server on the storage it has, as a process that is nobody's child: it outlives the command."""
    command = [str(VENV / "bin" / "bao"), "server", f"-config={CONFIG}"]
    detach = f'cd /; setsid "$@" </dev/null >>{LOG} 2>&1 & echo $!'
    number = run(["/bin/sh", "-c", detach, "sh", *command]).strip()
    PID.write_text(f"{number} {_life(number)[1]}")


def stop(*, timeout_seconds: float = 10) -> None:
    """No server; killed when it does not stop in time. Its storage stays."""
    deadline = time.monotonic() + timeout_seconds
    _signal(signal.SIGTERM)
    while is_running():
        if time.monotonic() > deadline:
            _signal(signal.SIGKILL)
        time.sleep(0.05)
    PID.unlink(missing_ok=True)


def is_running() -> bool:
    """The process in the pid file is alive and is our server, not someone who got its number."""
    try:
        number, started = PID.read_text().split()
    except FileNotFoundError:
        return False
    state, its_start = _life(number)
    return state not in ("", "Z") and its_start == started


def explain() -> LabError:
    """Why it is not there, in its own words."""
    said = LOG.read_text(errors="replace")[-1500:].strip() if LOG.exists() else "nothing"
    return LabError(f"{LOG}: OpenBao does not run; it said: {said}")


def _life(number: str) -> tuple[str, str]:
    """State and start of a process (its command line is empty for a moment while it becomes another); none: two ''."""
    try:
        fields = (Path("/proc") / number / "stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return "", ""
    return fields[0], fields[19]


def _signal(number: signal.Signals) -> None:
    if is_running():
        os.kill(int(PID.read_text().split()[0]), number)
