# SPDX-License-Identifier: GPL-3.0-or-later
"""Stopping the product on a host of the lab, from the outside: plant the hook once, then plan where to stop.

A point reads ``task/module.function:when#n``: in the process that runs this task (``module``, ``activate``,
``confirm``, ``guard``, ``sleep-then-guard``, ``watch`` or ``any``), before or after the n-th call of this function
(1 when left out).
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.fractalops.infra.tests.integration.faults.steps import STEPS
from ansible_collections.fractalops.infra.tests.lab.container import Container

POINT = re.compile(r"(?P<task>[a-z-]+)/(?P<step>[a-z_]+\.[A-Za-z_.]+:(before|after))(#(?P<time>\d+))?")
PACKAGES = "/usr/lib/python3/dist-packages"
NAME = "fractalops_faults"
HOOK = Path(__file__).with_name("stop_here.py")
FOLDER = "/run/faults"
_FORGET = f"rm -f {FOLDER}/plan {FOLDER}/reached {FOLDER}/held-*"
_WRITE = "import json, os, sys\nfor path, text in json.load(sys.stdin).items():\n    \
os.makedirs(os.path.dirname(path), exist_ok=True)\n    open(path, 'w').write(text)"


@dataclass(frozen=True)
class FaultHook:
    """The hook on one host."""

    container: Container

    def plant(self) -> None:
        """Once per host; outlives its reboots."""
        source = HOOK.read_text(encoding="utf-8").replace("STEPS = {}", f"STEPS = {STEPS!r}")
        write(self.container, {f"{PACKAGES}/{NAME}.py": source, f"{PACKAGES}/{NAME}.pth": f"import {NAME}\n"})

    def stop_at(self, *points: str, do: str = "kill") -> None:
        """The next process that reaches the first point is killed there; then the second …

        ``do="wait"``: it waits there. ``do="crash"``: it aborts, as at a fault of its memory, and may dump its core.

        What was reached before is forgotten.
        """
        plan = [{**parse(point), "do": do} for point in points]
        self._shell(f"{_FORGET} && mkdir -p {FOLDER} && cat > {FOLDER}/plan", json.dumps(plan))

    def clear(self) -> None:
        """No plan any more; who waits is let go."""
        self._shell(_FORGET)

    def reached(self) -> list[str]:
        """The points that were reached so far, as ``task/step``."""
        said = self._shell(f"cat {FOLDER}/reached 2>/dev/null || true")
        return [line.split()[0] for line in said.splitlines()]

    def wait(self, count: int = 1, seconds: float = 30) -> None:
        """Return as soon as ``count`` points were reached; fails when that takes too long."""
        give_up = time.monotonic() + seconds
        while len(self.reached()) < count:
            assert time.monotonic() < give_up, f"{self.container.name}: nobody came to the planned point"
            time.sleep(0.05)

    def let_go(self) -> None:
        """Whoever waits at a point goes on."""
        self._shell(f"rm -f {FOLDER}/held-*")

    def _shell(self, command: str, stdin: str | None = None) -> str:
        return self.container.attach(["/bin/sh", "-c", command], stdin=stdin)


def parse(point: str) -> dict[str, str | int]:
    """A point as the plan on the host has it. Raises ValueError when it is not one, or not of a known step."""
    found = POINT.fullmatch(point)
    if found is None:
        raise ValueError(f"{point}: is no point; write task/module.function:before or :after, and #n for the n-th time")
    module, _dot, function = found["step"].partition(":")[0].partition(".")
    if function not in STEPS.get(module, ()):
        raise ValueError(f"{point}: {module}.{function} is no step; add it to steps.py")
    return {"task": found["task"], "step": found["step"], "time": int(found["time"] or 1)}


def write(container: Container, files: dict[str, str]) -> None:
    """Text files on a host, by absolute path; folders are made."""
    container.attach(["/usr/bin/python3", "-c", _WRITE], stdin=json.dumps(files))
