# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether this host lets systemd make the namespaces and credentials that a generation asks for, tried before a trial.

In a container the node decides. Tried once per boot and setting, by a unit that does nothing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable

from ..generation import Generation
from ..host_error import HostError
from ..layout import Layout
from ..store.durable import make_folder
from ..systemd import systemd
from ..systemd.exit_status import STATUSES, told

#: Directives that take a namespace of their own and have no paths in them: what is in paths belongs to the unit.
NAMESPACED = frozenset(
    {
        *("PrivateDevices", "PrivateIPC", "PrivateMounts", "PrivateNetwork", "PrivateTmp", "PrivateUsers"),
        *("ProtectClock", "ProtectControlGroups", "ProtectHome", "ProtectHostname", "ProtectKernelLogs"),
        *("ProtectKernelModules", "ProtectKernelTunables", "ProtectProc", "ProtectSystem"),
    }
)
CREDENTIAL = "SetCredential=fractalops:tried"


def require(layout: Layout, generation: Generation) -> None:
    """Raise HostError when systemd cannot make here what some unit of ``generation`` needs and was not tried yet."""
    fresh = sorted(settings(generation) - _shown(layout))
    if not fresh:
        return
    status = _tried(fresh)
    if status in STATUSES:
        alone = [setting for setting in fresh if _tried([setting]) in STATUSES] or fresh
        alone = [setting.replace(CREDENTIAL, "credentials") for setting in alone]
        raise HostError(", ".join(alone), f"this host refuses it: {told(status)}", "then run again")
    if not status:
        _remember(layout, fresh)


def settings(generation: Generation) -> set[str]:
    """``Directive=value`` of every unit that runs, as far as a namespace or a credential is behind it."""
    running = [unit for unit in generation.live.values() if unit.runs]
    found = {f"{name}={value}" for unit in running for name, value in unit.properties.items() if name in NAMESPACED} - {
        f"{name}=no" for name in NAMESPACED
    }
    return found | ({CREDENTIAL} if any(unit.credentials for unit in running) else set())


def _tried(wanted: Iterable[str]) -> int:
    """With what a unit that does nothing ends: 0, a status of systemd, or 1 when it is about something else."""
    unit = f"--unit=fractalops-sandbox-{os.getpid()}"
    properties = [f"--property={setting}" for setting in wanted]
    command = ["systemd-run", "--quiet", "--collect", "--wait", unit, *properties, "--", "/bin/true"]
    return systemd.call(command).returncode


def _shown(layout: Layout) -> set[str]:
    try:
        return set(json.loads((layout.run / "sandbox.json").read_bytes()))
    except (OSError, ValueError):
        return set()


def _remember(layout: Layout, fresh: Iterable[str]) -> None:
    """In ``/run``: after a reboot the node may have other limits for its container."""
    known = json.dumps(sorted(_shown(layout) | set(fresh)))
    make_folder(layout.run, 0o755)
    temporary = layout.run / f".sandbox.{os.getpid()}"
    temporary.write_text(known, encoding="ascii")
    os.replace(str(temporary), str(layout.run / "sandbox.json"))
