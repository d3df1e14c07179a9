# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that says how a unit is: run by systemd as the unit is, and gone with its process group when time is up."""

from __future__ import annotations

import os
import re

from ..systemd import exit_status, systemd
from .check import CommandCheck

#: What a unit may see of the host and may do: the command gets the same, so that it proves what the service can do.
_AS_THE_UNIT = (
    *("User", "Group", "SupplementaryGroups", "WorkingDirectory", "NoNewPrivileges"),
    *("PrivateDevices", "PrivateNetwork", "PrivateTmp", "ProtectHome", "ProtectSystem"),
)
_UNSET = ("", "no", "[not set]")
_RESULT = re.compile(r"Finished with result: (\S+)")
#: What systemd-run needs beside the command: a start, and an end by force.
GRACE_SECONDS = 1


def ended(unit: str, check: CommandCheck, seconds: float) -> str | None:
    """None when the command ended as it should, else how it did. What it prints is in the journal of its unit."""
    name = unit_name(unit)
    shown = systemd.show([unit], _AS_THE_UNIT)[unit]
    as_the_unit = [f"--property={key}={shown[key]}" for key in _AS_THE_UNIT if shown.get(key, "") not in _UNSET]
    limits = [f"--property=RuntimeMaxSec={seconds:.3f}", "--property=KillSignal=SIGKILL"]
    joined = [f"--property=JoinsNamespaceOf={unit}", f"--property=Description=Health of {unit}"]
    run = ["systemd-run", "--wait", "--collect", f"--unit={name}", *limits, *joined, *as_the_unit]
    result = systemd.call([*run, "--", *check.command])
    found = _RESULT.search(result.stderr.decode(errors="replace"))
    how = found[1] if found else "nothing"
    if how in ("success", "exit-code"):
        return _told(name, result.returncode, check)
    if how == "timeout":
        return f"did not end in {seconds:.3g} s{_more(name)}"
    return f"could not be run ({systemd.last_words(result.stderr) if how == 'nothing' else how}){_more(name)}"


def unit_name(unit: str) -> str:
    """The transient unit of one run: one of its own, since two may ask at a time."""
    return f"fractalops-health-{re.sub('[^A-Za-z0-9._-]', '-', unit.rpartition('.')[0])}-{os.urandom(3).hex()}"


def _told(name: str, status: int, check: CommandCheck) -> str | None:
    if status in check.exit_status:
        return None
    wanted = " or ".join(map(str, check.exit_status))
    return f"ended with {exit_status.told(str(status))}, not exit {wanted}{_more(name)}"


def _more(name: str) -> str:
    return f" (journalctl -u {name})"
