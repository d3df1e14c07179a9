# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands that read credentials which the systemd of this host does not give them."""

from __future__ import annotations

from collections.abc import Iterator

from ..generation import Generation
from ..host_error import HostError
from ..systemd import systemd, unit_file

#: Since which systemd a command finds the credentials of its unit, also behind a mount namespace.
#: Source: systemd/systemd#27279 (v254) and #35227 (v257); ExecStop= and ExecStopPost= never do, see the rules.
SINCE = {"ExecStartPost": 254, "ExecReload": 257}
_SIGNS = ("%d", "CREDENTIALS_DIRECTORY")


def check(generation: Generation) -> None:
    """Raise HostError with every such command; systemd is asked for its version only when there may be one."""
    found = list(_readers(generation))
    version = systemd.version() if found else 0
    early = [(name, directive) for name, directive in sorted(found) if version < SINCE[directive]]
    if early:
        where = ", ".join(f"{name} {directive} (since {SINCE[directive]})" for name, directive in early)
        hint = "have exec or exec_before keep what these need below /run, or use a host with a newer systemd"
        raise HostError(where, f"systemd {version} gives no credentials to these commands", hint)


def _readers(generation: Generation) -> Iterator[tuple[str, str]]:
    for name, unit in generation.units.items():
        for (_section, directive), commands in unit_file.settings(unit.text).items() if unit.credentials else ():
            if directive in SINCE and any(sign in command for command in commands for sign in _SIGNS):
                yield name, directive
