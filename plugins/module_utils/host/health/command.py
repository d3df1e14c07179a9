# SPDX-License-Identifier: GPL-3.0-or-later
"""A command that says how a unit is: run beside its main process, as its user, and gone with its children in time."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..systemd import exit_status, systemd
from .check import CommandCheck

_RESULT = re.compile(r"Finished with result: (\S+)")
_IDENTITY = ("Uid", "Gid", "Groups")
PROC = Path("/proc")


def ended(unit: str, check: CommandCheck, seconds: float) -> str | None:
    """None when the command ended as it should, else how it did. What it prints is in the journal of its unit."""
    main = systemd.show([unit], ("MainPID",))[unit].get("MainPID", "0")
    try:
        beside = _beside(main)
    except (OSError, KeyError):
        return "could not be run (there is no main process to run it beside)"
    name = unit_name(unit)
    limits = [f"--property=RuntimeMaxSec={seconds:.3f}", "--property=KillSignal=SIGKILL"]
    run = ["systemd-run", "--wait", "--collect", f"--unit={name}", f"--description=Health of {unit}", *limits]
    words = [word.replace("$", "$$") for word in check.command]  # or systemd would take it for a variable
    result = systemd.call([*run, "--", *beside, *words])
    found = _RESULT.search(result.stderr.decode(errors="replace"))
    how = found[1] if found else systemd.last_words(result.stderr)
    if how in ("success", "exit-code"):
        return _told(name, result.returncode, check)
    if how == "timeout":
        return f"did not end in {seconds:.3g} s{_more(name)}"
    return f"could not be run ({how}){_more(name)}"


def unit_name(unit: str) -> str:
    """The transient unit of one run: one of its own, since two may ask at a time."""
    return f"fractalops-health-{re.sub('[^A-Za-z0-9._-]', '-', unit.rpartition('.')[0])}-{os.urandom(3).hex()}"


def _beside(main: str) -> list[str]:
    """What puts a command where the process ``main`` is: its file system and network, its user and groups.

    Not by properties of the transient unit: the generator of LXC lays settings over every service that win over them.
    Raises OSError or KeyError when there is no such process.
    """
    lines = (PROC / main / "status").read_text(encoding="ascii", errors="replace").splitlines()
    facts = {key: value.split() for key, _colon, value in (line.partition(":") for line in lines)}
    user, group, groups = (facts[key] for key in _IDENTITY)
    others = f"--groups={','.join(groups)}" if groups else "--clear-groups"
    enter = ["nsenter", f"--target={main}", "--mount", "--net", "--ipc", "--uts", "--"]
    return [*enter, "setpriv", f"--reuid={user[1]}", f"--regid={group[1]}", others, "--no-new-privs", "--"]


def _told(name: str, status: int, check: CommandCheck) -> str | None:
    if status in check.exit_status:
        return None
    wanted = " or ".join(map(str, check.exit_status))
    return f"ended with {exit_status.told(str(status))}, not exit {wanted}{_more(name)}"


def _more(name: str) -> str:
    return f" (journalctl -u {name})"
