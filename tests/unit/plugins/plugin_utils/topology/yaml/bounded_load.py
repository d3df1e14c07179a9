# SPDX-License-Identifier: GPL-3.0-or-later
"""Loads a topology within seconds of processor time, which the kernel enforces; Python and imports are not counted.

A program of its own, so that neither what the tests hold nor what other processes do counts.
"""

from __future__ import annotations

import json
import signal
import sys
from pathlib import Path

from ansible_collections.fractalops.infra.plugins.plugin_utils.errors import InvalidTopologyError
from ansible_collections.fractalops.infra.plugins.plugin_utils.topology import load_topology


def main(file: str, seconds: str) -> None:
    """Print violations and the most memory this process ever had, in kB."""
    # Processor time and no clock: a busy machine makes nothing slower here. The default action is to kill.
    signal.setitimer(signal.ITIMER_PROF, float(seconds))
    try:
        load_topology(Path(file))
        violations = []
    except InvalidTopologyError as error:
        violations = [str(violation) for violation in error.violations]
    signal.setitimer(signal.ITIMER_PROF, 0)
    json.dump({"violations": violations, "peak_kb": peak_kb()}, sys.stdout)


def peak_kb() -> int:
    """The high-water mark of this program; that of getrusage begins with the process it was forked from."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
