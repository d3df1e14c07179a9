# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about where the credentials of a service can be read."""

from __future__ import annotations

from collections.abc import Iterator

from ..model.topology import Topology
from ..violation import Violation

#: systemd gives a service its credentials while it starts, and none to what ends it: to load them may start units.
#: Source: systemd.exec(5), systemd/systemd#24759 and #34805.
_ENDING = frozenset({"stop", "stop_after"})
_SIGNS = ("{credentials_directory}", "CREDENTIALS_DIRECTORY")


def credentials_are_read_where_systemd_gives_them(topology: Topology) -> Iterator[Violation]:
    """What stops a service reads none of its credentials: systemd gives it none, and the unit would end as failed."""
    for path, command, service in topology.commands:
        if path[4] not in _ENDING or not service.credentials:
            continue
        for number, word in enumerate(command):
            if any(sign in word for sign in _SIGNS):
                what = f"systemd gives no credentials to {path[4]}"
                hint = "read them while it starts, and have exec or exec_before keep what this needs below /run"
                yield Violation((*path, number), what, hint)
