# SPDX-License-Identifier: GPL-3.0-or-later
"""What we ask of systemd, in its own words."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ..host_error import HostError

Properties = dict[str, str]
#: Active states of a unit that does its work.
UP = ("active", "reloading")
#: systemd's own answers come in milliseconds; stopping and starting is bounded by the units' time-outs.
CALL_SECONDS = 120
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "SYSTEMD_COLORS": "0", "SYSTEMD_PAGER": ""}


def call(
    command: Sequence[str], stdin: bytes | None = None, environment: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run one of systemd's tools with nothing of our environment; never raises on its exit code."""
    try:
        return subprocess.run(
            command,
            input=stdin,
            capture_output=True,
            timeout=CALL_SECONDS,
            env={**ENVIRONMENT, **(environment or {})},
            check=False,
        )
    except FileNotFoundError:
        raise HostError(command[0], "is not on this host", "install the systemd package") from None
    except subprocess.TimeoutExpired:
        raise HostError(command[0], f"gave no answer in {CALL_SECONDS} s", "look at systemctl list-jobs") from None


def systemctl(*arguments: str) -> str:
    """What systemctl printed. Raises HostError with its last words."""
    result = call(["systemctl", "--no-ask-password", *arguments])
    if result.returncode:
        raise HostError(f"systemctl {arguments[0]}", last_words(result.stderr), "look at systemctl status of the unit")
    return result.stdout.decode(errors="replace")


def last_words(stderr: bytes) -> str:
    """Standard error on one line, bounded."""
    return " ".join(stderr.decode(errors="replace").split())[-600:] or "failed and printed nothing"


def reload_units() -> None:
    """Read unit files again. Always: NeedDaemonReload says *no* after a flip to an older file."""
    systemctl("daemon-reload")


def stop(units: Sequence[str]) -> None:
    """Stop units and forget their failures; one that is not loaded is stopped already."""
    if not units:
        return
    call(["systemctl", "stop", "--", *units])
    call(["systemctl", "reset-failed", "--", *units])
    alive = [
        name for name, life in show(units, ["ActiveState"]).items() if life["ActiveState"] not in ("inactive", "failed")
    ]
    if alive:
        raise HostError(", ".join(sorted(alive)), "did not stop", "look at journalctl -u " + alive[0])


def start(units: Sequence[str]) -> None:
    """Start units that do not run."""
    if units:
        systemctl("start", "--", *units)


def restart(units: Sequence[str]) -> None:
    """Start units again, whatever start limit they had reached."""
    if units:
        call(["systemctl", "reset-failed", "--", *units])
        systemctl("restart", "--", *sorted(units, key=lambda name: not name.endswith(".socket")))


def restart_running(units: Sequence[str]) -> None:
    """Restart those that run, of a template its instances; the others are left to those who start them.

    A unit of somebody else may be gone by now, and settings over it must go all the same.
    """
    templates = [name for name in units if "@." in name]
    loads = show({*units, *_instances(templates)}.difference(templates), ["LoadState"])
    there = [name for name, shown in loads.items() if shown.get("LoadState") != "not-found"]
    if there:
        systemctl("try-restart", "--", *there)


def _instances(templates: Sequence[str]) -> list[str]:
    """Of templates, what runs, starts or failed."""
    return list(_listed([name.replace("@.", "@*.") for name in templates]))


def reload(units: Sequence[str]) -> None:
    """Have units read their config again."""
    if units:
        systemctl("reload", "--", *units)


def states(units: Iterable[str]) -> dict[str, str]:
    """What systemd has loaded of units, by their own names: ``active``, ``activating``, ``failed`` and so on.

    Not by ``show``, which has PID 1 put together every property of each unit: 3 ms a unit, and here it is the same for
    one and for fifty.
    """
    return _listed(sorted(units), "--all")


def _listed(patterns: Sequence[str], *options: str) -> dict[str, str]:
    """Active state by name of the units that match, of those systemd has loaded; none for no pattern."""
    if not patterns:
        return {}
    table = systemctl("list-units", "--full", "--plain", "--no-legend", *options, "--", *patterns)
    return {name: active for name, _load, active, *_rest in map(str.split, table.splitlines())}


def show(units: Iterable[str], properties: Iterable[str]) -> dict[str, Properties]:
    """Effective properties by unit, from one call."""
    names = sorted(units)
    if not names:
        return {}
    wanted = ",".join(sorted({"Id", *properties}))
    blocks = systemctl("show", "--property=" + wanted, "--", *names).split("\n\n")
    return {name: _properties(block) for name, block in zip(names, blocks)}


def _properties(block: str) -> Properties:
    pairs = (line.partition("=") for line in block.splitlines())
    return {name: value for name, _equals, value in pairs if name}


def verify(generation: Path, units: Iterable[str], foreign: Iterable[str] = ()) -> list[str]:
    """What systemd-analyze has to say against the staged units; it exits 0 on unknown keys, so its words count.

    Of units of others only what it says about our settings counts.
    """
    names = sorted(units)
    loaded = [*names, *sorted(foreign)]
    if not loaded:
        return []
    search = {"SYSTEMD_UNIT_PATH": f"{generation}/units:{generation}/dropins:"}
    result = call(["systemd-analyze", "verify", "--man=no", *loaded], environment=search)
    folder = str(generation)
    lines = result.stderr.decode(errors="replace").splitlines()
    return [line for line in lines if folder in line or any(line.startswith(name) for name in names)]


def run_transient(unit: str, command: Sequence[str], *options: str) -> None:
    """Start ``command`` in a transient unit of its own, outside the session that asked for it."""
    result = call(["systemd-run", "--quiet", "--collect", "--unit=" + unit, *options, "--", *command])
    if result.returncode:
        raise HostError("systemd-run " + unit, last_words(result.stderr), "look at systemctl list-units 'fractalops-*'")


def manager_started_seconds() -> float:
    """When PID 1 started, on CLOCK_MONOTONIC: what OnStartupSec= counts from, in a container too."""
    line = systemctl("show", "--property=UserspaceTimestampMonotonic")
    return int(line.partition("=")[2]) / 1e6


def version() -> int:
    """Of systemd, such as 252."""
    words = systemctl("--version").split()
    return int(words[1]) if len(words) > 1 and words[1].isdigit() else 0


def is_running() -> bool:
    """systemd is PID 1 here."""
    return os.path.isdir("/run/systemd/system")
