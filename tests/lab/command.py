# SPDX-License-Identifier: GPL-3.0-or-later
"""Running one command, with a time-out and an error that says what the command said."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence

from .errors import LabError


def run(
    argv: Sequence[str], *, timeout_seconds: float = 30, env: Mapping[str, str] | None = None, stdin: str | None = None
) -> str:
    """Standard output of a command that must succeed."""
    finished = attempt(argv, timeout_seconds=timeout_seconds, env=env, stdin=stdin)
    if finished.returncode != 0:
        said = (finished.stderr or finished.stdout).strip() or "nothing"
        raise LabError(f"{' '.join(argv)}: exit code {finished.returncode}; it said: {said}")
    return finished.stdout


def attempt(
    argv: Sequence[str], *, timeout_seconds: float = 30, env: Mapping[str, str] | None = None, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    """The result of a command that may fail, but has to end in time."""
    try:
        return subprocess.run(
            argv, check=False, capture_output=True, text=True, timeout=timeout_seconds, env=env, input=stdin or ""
        )
    except FileNotFoundError:
        raise LabError(f"{argv[0]}: not installed; run 'make setup'") from None
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)}: no end within {timeout_seconds:g} s") from None
